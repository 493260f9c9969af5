using Goim.Router.Redis;
using Microsoft.Extensions.Options;

namespace Goim.Router;

/// <summary>Settings <c>RouterNode__*</c> of a router node. A text that is empty is not set.</summary>
public sealed class RouterNodeOptions
{
    public const string Section = "RouterNode";

    /// <summary>Where sessions are kept; in memory unless set.</summary>
    public SessionStore Store { get; init; } = SessionStore.Memory;

    /// <summary>Redis or Redis Cluster, in StackExchange.Redis' syntax: <c>host:port,…,ssl=true,password=…</c>.</summary>
    public string? Redis { get; init; }

    /// <summary>Client id of the user-assigned identity that signs in to Redis (Entra ID), <c>default</c> for the environment's own; a password in <see cref="Redis"/> unless set.</summary>
    public string? RedisIdentity { get; init; }

    /// <summary>PEM file of the authority that signed Redis' certificate; the system's authorities unless set.</summary>
    public string? RedisCaFile { get; init => field = value is "" ? null : value; }

    /// <summary>Replicas that must have a session before a put is answered: 0 to 10, 0 unless set.</summary>
    public int RedisReplicas { get; init; }

    /// <summary>Buckets that users are spread over, each behind one lock, or in one slot of Redis; with Redis the same for all nodes, and for good: 1 to 65,536, 16 unless set.</summary>
    public int Buckets { get; init; } = 16;

    /// <summary>How long a user without a session keeps its sequence number: 1 s to 30 days, 1 h unless set (goim's).</summary>
    public TimeSpan SessionExpiry { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long a comet server's sessions are kept without a put or a heartbeat of it: 1 s to 1 day; 0, for good, unless set. 60 s is a good one.</summary>
    public TimeSpan ServerLease { get; init; }
}

/// <summary>Where a node keeps its sessions.</summary>
public enum SessionStore
{
    Memory,
    Redis,
}

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

        if (options.ServerLease != TimeSpan.Zero && (options.ServerLease < TimeSpan.FromSeconds(1) || options.ServerLease > TimeSpan.FromDays(1)))
        {
            result.AddError($"RouterNode__ServerLease is {options.ServerLease}: expected 00:00:01 to 1.00:00:00, or 00:00:00 for none.");
        }

        if (!Enum.IsDefined(options.Store))
        {
            result.AddError($"RouterNode__Store is {options.Store}: expected memory or redis.");
        }

        if (options.Store == SessionStore.Redis && !IsRedis(options))
        {
            result.AddError("RouterNode__Redis is missing or no connection: expected host:port,… in StackExchange.Redis' syntax.");
        }

        if (options.RedisCaFile is not null && !File.Exists(options.RedisCaFile))
        {
            result.AddError($"RouterNode__RedisCaFile is '{options.RedisCaFile}': expected a PEM file of a certificate.");
        }

        if (options.RedisReplicas is < 0 or > 10)
        {
            result.AddError($"RouterNode__RedisReplicas is {options.RedisReplicas}: expected 0 to 10.");
        }

        return result.Build();
    }

    private static bool IsRedis(RouterNodeOptions options)
    {
        try
        {
            return !string.IsNullOrWhiteSpace(options.Redis) && RedisConnection.Configuration(options).EndPoints.Count > 0;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
