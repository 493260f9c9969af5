using Goim.Settings;

namespace Goim.Router;

/// <summary>The settings <c>RouterNode__*</c> of a router node. An empty value counts as not set.</summary>
public sealed class RouterNodeOptions
{
    /// <summary>Configuration section of these settings.</summary>
    public const string Section = "RouterNode";

    /// <summary>
    /// The token that callers must send as <c>authorization: Bearer {token}</c>, or two separated by a comma while it is changed: each has
    /// 16 to 256 printable ASCII characters without blanks and commas. Default: none; every call is answered.
    /// </summary>
    public string? Token { get; init => field = value is "" ? null : value; }

    /// <summary>The one or two tokens. Empty for none.</summary>
    internal string[] Tokens => Token?.Split(',') ?? [];

    /// <summary>Where the node keeps its sessions. Default: memory.</summary>
    public SessionStore Store { get; init; } = SessionStore.Memory;

    /// <summary>
    /// Connection string of Redis or Redis Cluster, in StackExchange.Redis' syntax: <c>host:port,…,ssl=true,user=…,password=…</c>.
    /// With <c>serviceName=…</c> the addresses are those of Sentinels, and that is their name for the master.
    /// </summary>
    public string? Redis { get; init; }

    /// <summary>
    /// Client id of the user-assigned managed identity that signs in to Redis (Microsoft Entra ID), or <c>default</c> for the environment's
    /// identity. Default: none; the node uses the password in <see cref="Redis"/>.
    /// </summary>
    public string? RedisIdentity { get; init; }

    /// <summary>PEM file of the CA that signed Redis' certificate. Default: the system's CAs.</summary>
    public string? RedisCaFile { get; init => field = value is "" ? null : value; }

    /// <summary>
    /// Number of replicas that must have a put or a deletion before the node answers it: 0 to 10. Default: 0. Recommended with replicas: 1.
    /// </summary>
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

    /// <summary>
    /// Maximum number of sessions of a user: 0 to 10,000,000; 0 for no limit. Default: 10,000. A put above it is refused; restores are
    /// exempt.
    /// </summary>
    public int MaxSessionsPerUser { get; init; } = 10_000;

    /// <summary>
    /// How long after its start a node that keeps its sessions in memory answers Unavailable for users that it does not know and for
    /// counts: 1 s to 10 min. Default: 0, off. Recommended with comets that restore their connections: 30 s.
    /// </summary>
    public TimeSpan ColdStart { get; init; }
}

/// <summary>Where a node keeps its sessions.</summary>
[SettingValues("memory", "redis")]
public enum SessionStore
{
    /// <summary>In the memory of the node. A restart loses them.</summary>
    Memory,

    /// <summary>In Redis, shared by all nodes.</summary>
    Redis,
}
