using System.Net;
using System.Text.RegularExpressions;
using Goim.Settings;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Goim.Router;

/// <summary>Checks the <c>RouterNode__*</c> settings. Never quotes a token or a connection string.</summary>
internal sealed partial class RouterNodeOptionsValidator : IValidateOptions<RouterNodeOptions>
{
    public ValidateOptionsResult Validate(string? name, RouterNodeOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        if (options.Tokens.Length > 2 || !Array.TrueForAll(options.Tokens, static token => TokenForm.IsValid(token)))
        {
            result.AddError(
                $"RouterNode__Token is no token: expected {TokenForm.Expected}, or two such tokens separated by a comma.");
        }

        if (options.Buckets is < 1 or > 65_536)
        {
            result.AddError($"RouterNode__Buckets is {options.Buckets}: expected 1 to 65536.");
        }

        if (options.SessionExpiry < TimeSpan.FromSeconds(1) || options.SessionExpiry > TimeSpan.FromDays(30))
        {
            result.AddError($"RouterNode__SessionExpiry is {options.SessionExpiry}: expected 00:00:01 to 30.00:00:00.");
        }

        if (options.ServerLease != TimeSpan.Zero
            && (options.ServerLease < TimeSpan.FromSeconds(1) || options.ServerLease > TimeSpan.FromDays(1)))
        {
            result.AddError($"RouterNode__ServerLease is {options.ServerLease}: expected 00:00:01 to 1.00:00:00, or 00:00:00 for none.");
        }

        if (options.MaxSessionsPerUser is < 0 or > 10_000_000)
        {
            result.AddError(
                $"RouterNode__MaxSessionsPerUser is {options.MaxSessionsPerUser}: expected 1 to 10000000, or 0 for no limit.");
        }

        if (options.ColdStart != TimeSpan.Zero
            && (options.ColdStart < TimeSpan.FromSeconds(1) || options.ColdStart > TimeSpan.FromMinutes(10)))
        {
            result.AddError($"RouterNode__ColdStart is {options.ColdStart}: expected 00:00:01 to 00:10:00, or 00:00:00 for off.");
        }

        if ((options.Store == SessionStore.Redis || !string.IsNullOrWhiteSpace(options.Redis))
            && RedisProblem(options.Redis) is { } problem)
        {
            result.AddError($"RouterNode__Redis is {problem}: expected host:port,ssl=true,password=…, in StackExchange.Redis' syntax.");
        }

        if (options.RedisCaFile is not null && PemFile.Problem("RouterNode__RedisCaFile", options.RedisCaFile) is { } unusable)
        {
            result.AddError(unusable);
        }

        if (options.RedisReplicas is < 0 or > 10)
        {
            result.AddError($"RouterNode__RedisReplicas is {options.RedisReplicas}: expected 0 to 10.");
        }

        return result.Build();
    }

    private static string? RedisProblem(string? connection)
    {
        if (string.IsNullOrWhiteSpace(connection))
        {
            return "missing";
        }

        if (Scheme().Match(connection) is { Success: true } scheme)
        {
            return $"a URL ({scheme.Value}…)";
        }

        try
        {
            var addresses = ConfigurationOptions.Parse(connection).EndPoints;
            return addresses.Count > 0 && addresses.All(IsAddress) ? null : "no connection";
        }
        catch (ArgumentException)
        {
            return "no connection";
        }
    }

    // The parser takes any text without = as a host.
    private static bool IsAddress(EndPoint address) =>
        address is not DnsEndPoint { Host: var host } || Uri.CheckHostName(host) != UriHostNameType.Unknown;

    [GeneratedRegex("(?<=(^|,)\\s*)[A-Za-z][A-Za-z0-9+.-]*://")]
    private static partial Regex Scheme();
}
