using Microsoft.Extensions.Options;

namespace Goim.LocalHost.Settings;

/// <summary>Checks the <c>LocalHost__*</c> settings.</summary>
internal sealed class LocalHostOptionsValidator : IValidateOptions<LocalHostOptions>
{
    public ValidateOptionsResult Validate(string? name, LocalHostOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        if (options.RequireKeys && options.Keys.Count == 0)
        {
            result.AddError("LocalHost__RequireKeys is true and there is no key: expected LocalHost__Keys__{name}.");
        }

        foreach (var key in options.Keys.Where(key => string.IsNullOrEmpty(key.Value)))
        {
            result.AddError($"LocalHost__Keys__{key.Key} is empty: expected a key.");
        }

        foreach (var host in LocalHostOptions.Split(options.AllowedHosts).Where(host => host != "*" && !IsHost(host)))
        {
            result.AddError(
                $"LocalHost__AllowedHosts holds '{host}': expected names or addresses without a port, separated by commas, or *.");
        }

        foreach (var origin in LocalHostOptions.Split(options.AllowedOrigins).Where(origin => !IsOrigin(origin)))
        {
            result.AddError(
                $"LocalHost__AllowedOrigins holds '{origin}': "
                + "expected http://host:port or https://host:port, several separated by commas.");
        }

        return result.Build();
    }

    private static bool IsHost(string host) => Uri.CheckHostName(host) != UriHostNameType.Unknown;

    private static bool IsOrigin(string origin) => Uri.TryCreate(origin, UriKind.Absolute, out var parsed)
        && parsed.Scheme is "http" or "https"
        && parsed is { AbsolutePath: "/", Query: "", Fragment: "", UserInfo: "" };
}
