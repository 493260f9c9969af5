using Goim.Protocol;
using Goim.Settings;
using Microsoft.Extensions.Options;

namespace Goim.Logic.Routing;

/// <summary>Checks the <c>Router__*</c> settings. Never quotes a token.</summary>
internal sealed class RouterOptionsValidator : IValidateOptions<RouterOptions>
{
    public ValidateOptionsResult Validate(string? name, RouterOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        if (options.CallTimeout < TimeSpan.FromMilliseconds(10) || options.CallTimeout > TimeSpan.FromSeconds(30))
        {
            result.AddError($"Router__CallTimeout is {options.CallTimeout}: expected 00:00:00.010 to 00:00:30.");
        }

        if (options.BatchSize is < 1 or > RouterLimits.MaxUsers)
        {
            result.AddError($"Router__BatchSize is {options.BatchSize}: expected 1 to {RouterLimits.MaxUsers}.");
        }

        if (options.Token is not null && !TokenForm.IsValid(options.Token))
        {
            result.AddError($"Router__Token is no token: expected {TokenForm.Expected}.");
        }

        CheckFiles(options, result);
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

    private static void CheckFiles(RouterOptions options, ValidateOptionsResultBuilder result)
    {
        if (options.CaFile is not null && PemFile.Problem("Router__CaFile", options.CaFile) is { } unusable)
        {
            result.AddError(unusable);
        }

        if (options.CertificateFile is null)
        {
            if (options.KeyFile is not null)
            {
                result.AddError("Router__KeyFile is set and Router__CertificateFile is not: expected both.");
            }

            return;
        }

        if (!UserFile.TryRead(options.CertificateFile, out _, out var problem))
        {
            result.AddError(
                $"Router__CertificateFile is '{options.CertificateFile}', which {problem}: expected a PEM file of a certificate.");
            return;
        }

        if (options.KeyFile is not null && !UserFile.TryRead(options.KeyFile, out _, out problem))
        {
            result.AddError($"Router__KeyFile is '{options.KeyFile}', which {problem}: expected a PEM file of a key.");
            return;
        }

        using var certificate = PemFile.CertificateWithKey(options.CertificateFile, options.KeyFile);
        if (certificate is null)
        {
            result.AddError(
                $"Router__CertificateFile is '{options.CertificateFile}' and Router__KeyFile '{options.KeyFile}': "
                + "expected PEM files of a certificate and its key, or one file with both.");
        }
    }

    private static void CheckAddresses(string setting, Dictionary<string, string> nodes, ValidateOptionsResultBuilder result)
    {
        foreach (var (node, addresses) in nodes)
        {
            var schemes = RouterOptions.Addresses(addresses).Select(SchemeOf).Distinct().ToArray();
            if (schemes.Contains(null))
            {
                // What comes before an @ may be a password.
                var shown = addresses.Contains('@', StringComparison.Ordinal) ? "has a user" : $"is '{addresses}'";
                result.AddError(
                    $"Router__{setting}__{node} {shown}: "
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
