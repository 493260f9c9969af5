using System.Net;
using Goim.LocalHost.Settings;
using Goim.Settings;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Goim.LocalHost.Access;

/// <summary>
/// The hosts that a request's <c>Host</c> may name: loopback, those that LocalHost listens on, and <c>LocalHost__AllowedHosts</c>.
/// </summary>
/// <remarks>Without this check, a web page whose name is later resolved to 127.0.0.1 (DNS rebinding) could read every answer.</remarks>
internal sealed class AllowedHosts
{
    private readonly HashSet<string> names = new(StringComparer.OrdinalIgnoreCase);
    private readonly bool all;

    /// <param name="options">The setting.</param>
    /// <param name="configuration">Has <c>urls</c>.</param>
    /// <param name="server">Has started, so that it knows its addresses.</param>
    public AllowedHosts(LocalHostOptions options, IConfiguration configuration, IServer server)
    {
        var allowed = LocalHostOptions.Split(options.AllowedHosts);
        all = allowed.Contains("*");
        var bound = server.Features.Get<IServerAddressesFeature>()?.Addresses.Select(address => new Uri(address).Host) ?? [];
        names.UnionWith(allowed.Concat(ListenUrls.Hosts(configuration)).Concat(bound).Select(WithoutBrackets));
    }

    /// <param name="host">Host without its port. IPv6 addresses are in brackets.</param>
    public bool Contains(string host) => all || IsLoopback(WithoutBrackets(host)) || names.Contains(WithoutBrackets(host));

    // Browsers resolve every name below .localhost to this machine.
    private static bool IsLoopback(string host) => host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    private static string WithoutBrackets(string host) => host.TrimStart('[').TrimEnd(']');
}
