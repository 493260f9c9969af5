using Goim.Settings;
using Microsoft.Extensions.Options;

namespace Goim.Logic.Routing;

/// <summary>Checks the <c>Router__*</c> settings.</summary>
internal sealed class RouterOptionsValidator : IValidateOptions<RouterOptions>
{
    public ValidateOptionsResult Validate(string? name, RouterOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        if (options.CallTimeout < TimeSpan.FromMilliseconds(10) || options.CallTimeout > TimeSpan.FromSeconds(30))
        {
            result.AddError($"Router__CallTimeout is {options.CallTimeout}: expected 00:00:00.010 to 00:00:30.");
        }

        if (options.BatchSize is < 1 or > 10_000)
        {
            result.AddError($"Router__BatchSize is {options.BatchSize}: expected 1 to 10000.");
        }

        if (options.CaFile is not null && !PemFile.HasCertificates(options.CaFile))
        {
            result.AddError($"Router__CaFile is '{options.CaFile}': expected a PEM file of certificates.");
        }

        if (options.Nodes.Count == 0)
        {
            result.AddError("Router__Nodes is empty: expected Router__Nodes__{name} with the gRPC address of each router node.");
        }

        CheckAddresses("Nodes", options.Nodes, result);
        CheckAddresses("PreviousNodes", options.Previous, result);
        foreach (var (node, address) in options.Previous)
        {
            if (options.Nodes.TryGetValue(node, out var now) && now != address)
            {
                result.AddError(
                    $"Router__PreviousNodes__{node} is '{address}' and Router__Nodes__{node} is '{now}': "
                    + "expected one address for one name.");
            }
        }

        return result.Build();
    }

    private static void CheckAddresses(string setting, Dictionary<string, string> nodes, ValidateOptionsResultBuilder result)
    {
        foreach (var (node, addresses) in nodes)
        {
            var schemes = RouterOptions.Addresses(addresses).Select(SchemeOf).Distinct().ToArray();
            if (schemes.Contains(null))
            {
                result.AddError(
                    $"Router__{setting}__{node} is '{addresses}': "
                    + "expected http://host:port or https://host:port, several separated by commas.");
            }
            else if (schemes.Length > 1)
            {
                result.AddError($"Router__{setting}__{node} is '{addresses}': expected addresses that are all http or all https.");
            }
        }
    }

    private static string? SchemeOf(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri)
        && uri is { Scheme: "http" or "https", Port: > 0, PathAndQuery: "/", UserInfo: "", Fragment: "" }
            ? uri.Scheme
            : null;
}
