using Goim.Settings;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Goim.Router;

/// <summary>Checks the <c>RouterNode__*</c> settings. Never quotes a connection string.</summary>
internal sealed class RouterNodeOptionsValidator : IValidateOptions<RouterNodeOptions>
{
    public ValidateOptionsResult Validate(string? name, RouterNodeOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
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

        if (options.Store == SessionStore.Redis && !HasConnectionString(options))
        {
            result.AddError("RouterNode__Redis is missing or no connection: expected host:port,… in StackExchange.Redis' syntax.");
        }

        if (options.RedisCaFile is not null && !PemFile.HasCertificates(options.RedisCaFile))
        {
            result.AddError($"RouterNode__RedisCaFile is '{options.RedisCaFile}': expected a PEM file of a certificate.");
        }

        if (options.RedisReplicas is < 0 or > 10)
        {
            result.AddError($"RouterNode__RedisReplicas is {options.RedisReplicas}: expected 0 to 10.");
        }

        return result.Build();
    }

    private static bool HasConnectionString(RouterNodeOptions options)
    {
        try
        {
            return !string.IsNullOrWhiteSpace(options.Redis) && ConfigurationOptions.Parse(options.Redis).EndPoints.Count > 0;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
