using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;

namespace Goim.Settings;

/// <summary>
/// The addresses that a process listens on: setting <c>urls</c> (<c>--urls</c>, <c>ASPNETCORE_URLS</c>) or
/// <c>Kestrel__Endpoints__{name}__Url</c>.
/// </summary>
/// <remarks>
/// Kestrel listens on every address, with port 80 if the port cannot be read, for each host that is neither an IP address nor localhost.
/// So a mistyped address must not get that far.
/// </remarks>
public static class ListenUrls
{
    private static readonly string[] EveryAddress = ["*", "+"];

    /// <summary>Refuses a URL that a process cannot listen on.</summary>
    /// <param name="configuration">All settings. A setting that is missing or empty is not checked.</param>
    /// <param name="schemes">Schemes that the process serves.</param>
    /// <exception cref="StartException">A URL is not valid.</exception>
    public static void Check(IConfiguration configuration, params ReadOnlySpan<string> schemes)
    {
        var expected = $"expected {string.Join(" or ", schemes.ToArray())}://host:port";
        if (configuration["urls"] is { Length: > 0 } urls)
        {
            foreach (var url in Split(urls).DefaultIfEmpty(""))
            {
                if (!IsValid(url, schemes))
                {
                    throw new StartException($"urls is '{urls}': {expected}, several separated by semicolons.");
                }
            }
        }

        foreach (var endpoint in configuration.GetSection("Kestrel:Endpoints").GetChildren())
        {
            if (endpoint["Url"] is { Length: > 0 } url && !IsValid(url, schemes))
            {
                throw new StartException($"Kestrel__Endpoints__{endpoint.Key}__Url is '{url}': {expected}.");
            }
        }
    }

    /// <summary>The hosts that setting <c>urls</c> names: names, and addresses (IPv6 in brackets). Empty if it is not set.</summary>
    public static IEnumerable<string> Hosts(IConfiguration configuration) =>
        Split(configuration["urls"] ?? "").Select(url => SplitUrl(url).Host).Except(EveryAddress);

    /// <summary>Starts to listen. A failure that Kestrel reports without its setting gets a sentence that names it.</summary>
    /// <param name="configuration">All settings.</param>
    /// <param name="start">Starts the host.</param>
    /// <exception cref="StartException">An address is not one of this machine's, or has no certificate for https.</exception>
    public static async Task ListenAsync(IConfiguration configuration, Func<Task> start)
    {
        try
        {
            await start();
        }
        catch (SocketException refused) when (Named(configuration) is { } named)
        {
            throw new StartException($"{named}: {refused.Message}.", refused);
        }
        catch (InvalidOperationException refused) when (IsHttpsWithoutCertificate(configuration))
        {
            throw new StartException(
                $"urls is '{configuration["urls"]}': expected a certificate for https, "
                + "in Kestrel__Certificates__Default__Path and Kestrel__Certificates__Default__KeyPath.",
                refused);
        }
    }

    // Kestrel ignores urls if there are endpoints.
    private static string? Named(IConfiguration configuration)
    {
        var endpoints = configuration.GetSection("Kestrel:Endpoints").GetChildren()
            .Select(endpoint => $"Kestrel__Endpoints__{endpoint.Key}__Url is '{endpoint["Url"]}'").ToArray();
        return endpoints.Length > 0 ? string.Join(" and ", endpoints)
            : configuration["urls"] is { Length: > 0 } urls ? $"urls is '{urls}'"
            : null;
    }

    private static string[] Split(string urls) => urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    // On a developer's machine, Kestrel finds a certificate of the .NET SDK.
    private static bool IsHttpsWithoutCertificate(IConfiguration configuration) =>
        !configuration.GetSection("Kestrel:Certificates:Default").Exists()
        && !configuration.GetSection("Kestrel:Endpoints").GetChildren().Any()
        && Split(configuration["urls"] ?? "").Any(url => url.StartsWith("https:", StringComparison.OrdinalIgnoreCase));

    private static bool IsValid(string url, ReadOnlySpan<string> schemes)
    {
        var (scheme, host, port) = SplitUrl(url);
        return schemes.Contains(scheme.ToLowerInvariant())
            && (port is null || ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            && (EveryAddress.Contains(host) || IsAddress(host) || IsName(host));
    }

    // The port is null if there is none. The host has a character that is not allowed there if the URL has a path, a query or a user.
    private static (string Scheme, string Host, string? Port) SplitUrl(string url)
    {
        if (url.Split("://", 2) is not [var scheme, var rest])
        {
            return ("", "", null);
        }

        var authority = rest.EndsWith('/') ? rest[..^1] : rest;
        var colon = authority.LastIndexOf(':');
        return colon > authority.LastIndexOf(']') ? (scheme, authority[..colon], authority[(colon + 1)..]) : (scheme, authority, null);
    }

    private static bool IsAddress(string host) => host.StartsWith('[') && host.EndsWith(']')
        ? IPAddress.TryParse(host, out var ipv6) && ipv6.AddressFamily == AddressFamily.InterNetworkV6
        : IPAddress.TryParse(host, out var ipv4) && ipv4.AddressFamily == AddressFamily.InterNetwork && ipv4.ToString() == host;

    // 256.0.0.1 is no name, though it has the form of one.
    private static bool IsName(string host) =>
        Uri.CheckHostName(host) == UriHostNameType.Dns && !host.EndsWith('.') && !host.Split('.')[^1].All(char.IsAsciiDigit);
}
