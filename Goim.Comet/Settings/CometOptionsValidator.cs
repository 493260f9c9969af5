using Goim.Settings;
using Microsoft.Extensions.Options;

namespace Goim.Comet.Settings;

/// <summary>Checks the <c>Comet__*</c> settings. Never quotes a key.</summary>
internal sealed class CometOptionsValidator : IValidateOptions<CometOptions>
{
    private const string ApiForm = "expected the app's address, such as https://app.example, without a user and a query";
    private const int LongestGroup = 249;
    private static readonly TimeSpan ShortestHandshake = TimeSpan.FromMilliseconds(100), LongestHandshake = TimeSpan.FromMinutes(10);

    public ValidateOptionsResult Validate(string? name, CometOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        CheckApi(options, result);
        CheckCaller(options, result);
        CheckNumbers(options, result);
        CheckTimes(options, result);
        foreach (var origin in options.AllowedOrigins.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (origin != "*" && !IsOrigin(origin))
            {
                result.AddError(
                    $"Comet__AllowedOrigins has '{origin}': expected https://host or http://host:port, several separated by commas, or *.");
            }
        }

        if (options.Group.Length > LongestGroup)
        {
            result.AddError($"Comet__Group has {options.Group.Length} characters: expected 1 to {LongestGroup}.");
        }

        return result.Build();
    }

    private static void CheckApi(CometOptions options, ValidateOptionsResultBuilder result)
    {
        if (options.Api is not { } api)
        {
            result.AddError($"Comet__Api is missing: {ApiForm}.");
        }
        else if (!api.IsAbsoluteUri || api.Scheme is not ("http" or "https"))
        {
            result.AddError($"Comet__Api is '{api.OriginalString}': {ApiForm}.");
        }
        else if (api.UserInfo.Length + api.Query.Length + api.Fragment.Length > 0)
        {
            // They may hold a secret.
            result.AddError($"Comet__Api has more than an address: {ApiForm}.");
        }

        if (options.ApiKey.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            result.AddError("Comet__ApiKey is no key: expected printable ASCII characters without blanks.");
        }
    }

    private static void CheckCaller(CometOptions options, ValidateOptionsResultBuilder result)
    {
        if (options.CallerKey is { } key && !TokenForm.IsValid(key))
        {
            result.AddError($"Comet__CallerKey is no key: expected {TokenForm.Expected}.");
        }

        if (options.CallerAudience is { } audience && !IsAudience(audience))
        {
            result.AddError(
                $"Comet__CallerAudience is '{audience}': expected the audience of the app's callers, "
                + "such as the client id of its app registration.");
        }

        if (options is { CallerKey: not null, CallerAudience: not null })
        {
            result.AddError("Comet__CallerKey is set with Comet__CallerAudience: expected one of them, the app takes one credential.");
        }

        if (options is { CallerIdentity: not null, CallerAudience: null })
        {
            result.AddError("Comet__CallerIdentity is set without Comet__CallerAudience: expected the audience of the app too.");
        }
        else if (options.CallerIdentity is { } identity && !Guid.TryParseExact(identity, "D", out _))
        {
            result.AddError($"Comet__CallerIdentity is '{identity}': expected the client id of a managed identity, a GUID.");
        }
    }

    private static void CheckNumbers(CometOptions options, ValidateOptionsResultBuilder result)
    {
        if (options.TcpPort is < 0 or > 65_535)
        {
            result.AddError($"Comet__TcpPort is {options.TcpPort}: expected 1 to 65535, or 0 for none.");
        }

        if (options.MonitorPort is < 0 or > 65_535)
        {
            result.AddError($"Comet__MonitorPort is {options.MonitorPort}: expected 1 to 65535, or 0 for every HTTP port.");
        }

        if (options.MaxConnections is < 1 or > 10_000_000)
        {
            result.AddError($"Comet__MaxConnections is {options.MaxConnections}: expected 1 to 10000000.");
        }

        if (options.QueueMessages is < 1 or > 1_000_000)
        {
            result.AddError($"Comet__QueueMessages is {options.QueueMessages}: expected 1 to 1000000.");
        }

        if (options.QueueBytes is < 1_024 or > 1024 * 1024 * 1024)
        {
            result.AddError($"Comet__QueueBytes is {options.QueueBytes}: expected 1024 to 1073741824.");
        }
    }

    private static void CheckTimes(CometOptions options, ValidateOptionsResultBuilder result)
    {
        if (options.HandshakeTimeout < ShortestHandshake || options.HandshakeTimeout > LongestHandshake)
        {
            result.AddError($"Comet__HandshakeTimeout is {options.HandshakeTimeout}: expected 00:00:00.1 to 00:10:00.");
        }

        if (options.HeartbeatTimeout < TimeSpan.FromSeconds(1) || options.HeartbeatTimeout > TimeSpan.FromDays(1))
        {
            result.AddError($"Comet__HeartbeatTimeout is {options.HeartbeatTimeout}: expected 00:00:01 to 1.00:00:00.");
        }

        if (options.DrainTime < TimeSpan.Zero || options.DrainTime > TimeSpan.FromHours(1))
        {
            result.AddError($"Comet__DrainTime is {options.DrainTime}: expected 00:00:00 to 01:00:00.");
        }

        if (options.MergeWindow < TimeSpan.Zero || options.MergeWindow > TimeSpan.FromSeconds(1))
        {
            result.AddError($"Comet__MergeWindow is {options.MergeWindow}: expected 00:00:00 to 00:00:01.");
        }
    }

    // The scope of a token is the audience with /.default behind it.
    private static bool IsAudience(string text) =>
        !text.AsSpan().ContainsAnyExceptInRange('!', '~') && !text.EndsWith("/.default", StringComparison.Ordinal);

    // As a browser writes it: without a path, and without the scheme's own port.
    private static bool IsOrigin(string text) => Uri.TryCreate(text, UriKind.Absolute, out var origin)
        && origin.Scheme is "http" or "https"
        && string.Equals(origin.GetLeftPart(UriPartial.Authority), text, StringComparison.OrdinalIgnoreCase)
        && origin.UserInfo.Length == 0;
}
