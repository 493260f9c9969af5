using Goim.Router.Redis;
using Microsoft.Extensions.Options;

namespace Goim.Router;

/// <summary>The settings <c>RouterNode__*</c> of a router node. An empty value counts as not set.</summary>
public sealed class RouterNodeOptions
{
    /// <summary>Configuration section of these settings.</summary>
    public const string Section = "RouterNode";

    /// <summary>Where the node keeps its sessions. Default: memory.</summary>
    public SessionStore Store { get; init; } = SessionStore.Memory;

    /// <summary>
    /// Connection string of Redis or Redis Cluster, in StackExchange.Redis' syntax: <c>host:port,…,ssl=true,password=…</c>.
    /// </summary>
    public string? Redis { get; init; }

    /// <summary>
    /// Client id of the user-assigned managed identity that signs in to Redis (Microsoft Entra ID), or <c>default</c> for the environment's
    /// identity. Default: none; the node uses the password in <see cref="Redis"/>.
    /// </summary>
    public string? RedisIdentity { get; init; }

    /// <summary>PEM file of the CA that signed Redis' certificate. Default: the system's CAs.</summary>
    public string? RedisCaFile { get; init => field = value is "" ? null : value; }

    /// <summary>Number of replicas that must have a session before the node answers its put: 0 to 10. Default: 0.</summary>
    public int RedisReplicas { get; init; }

    /// <summary>
    /// Number of buckets that users are spread over: 1 to 65,536. Default: 16. A bucket is behind one lock, or in one hash slot of Redis.
    /// With Redis, all nodes must have the same number, and it cannot be changed later.
    /// </summary>
    public int Buckets { get; init; } = 16;

    /// <summary>
    /// How long the node remembers the highest seq of a user without a session: 1 s to 30 days. Default: 1 h, as in goim.
    /// </summary>
    public TimeSpan SessionExpiry { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// The node deletes a comet server's sessions when the server has sent neither a put nor a heartbeat for this long: 1 s to 1 day.
    /// Default: 0, never. Recommended: 60 s.
    /// </summary>
    public TimeSpan ServerLease { get; init; }
}

/// <summary>Where a node keeps its sessions.</summary>
public enum SessionStore
{
    /// <summary>In the memory of the node. A restart loses them.</summary>
    Memory,

    /// <summary>In Redis, shared by all nodes.</summary>
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

        if (options.ServerLease != TimeSpan.Zero
            && (options.ServerLease < TimeSpan.FromSeconds(1) || options.ServerLease > TimeSpan.FromDays(1)))
        {
            result.AddError($"RouterNode__ServerLease is {options.ServerLease}: expected 00:00:01 to 1.00:00:00, or 00:00:00 for none.");
        }

        if (!Enum.IsDefined(options.Store))
        {
            result.AddError($"RouterNode__Store is {options.Store}: expected memory or redis.");
        }

        if (options.Store == SessionStore.Redis && !HasConnectionString(options))
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

    private static bool HasConnectionString(RouterNodeOptions options)
    {
        try
        {
            return !string.IsNullOrWhiteSpace(options.Redis) && RedisConfiguration.Of(options).EndPoints.Count > 0;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
