namespace Goim.Comet.Settings;

/// <summary>The settings <c>Comet__*</c> of a comet. An empty value counts as not set.</summary>
public sealed class CometOptions
{
    /// <summary>Configuration section of these settings.</summary>
    public const string Section = "Comet";

    /// <summary>Default of <see cref="MaxConnections"/>.</summary>
    public const int DefaultMaxConnections = 1_000_000;

    /// <summary>Base address of the app whose facade registers the connections, such as <c>https://app.example</c>. Required.</summary>
    public Uri? Api { get; init; }

    /// <summary>Function key for the facade, sent as <c>x-functions-key</c>. Default: none.</summary>
    public string? ApiKey { get; init => field = value is "" ? null : value; }

    /// <summary>
    /// Key of a caller of the app, sent as <c>x-goim-key</c>: 16 to 256 printable ASCII characters without blanks and commas.
    /// Default: none.
    /// </summary>
    public string? CallerKey { get; init => field = value is "" ? null : value; }

    /// <summary>
    /// Audience of the app's callers (<c>Access__Audience</c>): this comet is the caller that its identity's bearer token names.
    /// Default: none.
    /// </summary>
    public string? CallerAudience { get; init => field = value is "" ? null : value; }

    /// <summary>
    /// Client id of the user-assigned managed identity whose token is sent. Default: the environment's own identity.
    /// </summary>
    public string? CallerIdentity { get; init => field = value is "" ? null : value; }

    /// <summary>Id of this comet server: an int32. Default: random, positive, and new at each start.</summary>
    public int? ServerId { get; init; }

    /// <summary>Port for clients over TCP: 1 to 65,535, or 0 for none. Default: 8080.</summary>
    public int TcpPort { get; init; } = 8080;

    /// <summary>
    /// Port that alone answers <c>/monitor/…</c>: 1 to 65,535, one that the comet listens on. Default: 0, every HTTP port answers.
    /// LocalHost does not read it.
    /// </summary>
    public int MonitorPort { get; init; }

    /// <summary>Maximum number of connections: 1 to 10,000,000. Default: 1,000,000. More are told to come back.</summary>
    public int MaxConnections { get; init; } = DefaultMaxConnections;

    /// <summary>How long a client has to send its token: 100 ms to 10 min. Default: 5 s.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A connection from which nothing has come for this long is closed: 1 s to 1 day. Default: 5 min.</summary>
    public TimeSpan HeartbeatTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The time over which a stop spreads the closing of the connections: 0 to 1 h. Default: 20 s.</summary>
    public TimeSpan DrainTime { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Maximum number of messages that wait for one connection: 1 to 1,000,000. Default: 80.</summary>
    public int QueueMessages { get; init; } = 80;

    /// <summary>
    /// Maximum number of bytes that wait for one connection: 1,024 to 1 GiB. Default: 1 MiB. A single message may always wait.
    /// </summary>
    public int QueueBytes { get; init; } = 1024 * 1024;

    /// <summary>
    /// Messages that come within this time after one has been sent to a connection are sent to it in one write: 0 to 1 s. Default: 20 ms.
    /// </summary>
    public TimeSpan MergeWindow { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// Origins whose web pages may connect: <c>https://host</c> or <c>http://host:port</c>, separated by commas, or <c>*</c> for all.
    /// Default: the host that the page connects to. Clients that send no <c>Origin</c> may always connect.
    /// </summary>
    public string AllowedOrigins { get; init; } = "";

    /// <summary>The entries of <see cref="AllowedOrigins"/>, as a browser writes them.</summary>
    internal string[] Origins => AllowedOrigins.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Kafka consumer group. It is never joined, and no offset is committed; brokers may check the right to it.</summary>
    public string Group { get; init => field = value is "" ? "goim-comet" : value; } = "goim-comet";

    /// <summary>Whether LocalHost runs a comet in its own process. Default: true. A comet of its own does not read it.</summary>
    public bool Embedded { get; init; } = true;
}
