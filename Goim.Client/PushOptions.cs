namespace Goim.Client;

/// <summary>How a push is sent. The default of each is right for most pushes.</summary>
public sealed record PushOptions
{
    internal static readonly PushOptions Default = new();

    /// <summary>When the push is answered. Acknowledged by the broker unless set.</summary>
    public PushAck Ack { get; init; }

    /// <summary>Whether the result says whom the push reaches.</summary>
    public bool Detail { get; init; }

    /// <summary>
    /// Whether a comet disconnects a client whose queue is full, so that it knows that it misses a message. Otherwise the message is
    /// dropped for it. For rooms only.
    /// </summary>
    public bool Ensure { get; init; }

    /// <summary>
    /// Sub keys of connections that do not get the push: 1,000 for users, 100 for others. A URL has about 8 KB, so that a longer list needs
    /// a batch.
    /// </summary>
    public IReadOnlyCollection<string> Except { get; init; } = [];

    /// <summary>Time to live, in whole seconds: 1 s to 7 days. A comet that reads the record later drops it. Null for none.</summary>
    public TimeSpan? TimeToLive { get; init; }

    /// <summary>
    /// The idempotency key: 1 to 128 visible ASCII characters without a comma, such as the number of an order. A second push with it
    /// within 5 minutes gets the first one's result and sends nothing. Null for a new key for each push.
    /// </summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>Whether the push has an idempotency key. Null for what <see cref="GoimClientOptions.UseIdempotencyKeys"/> says.</summary>
    public bool? UseIdempotencyKey { get; init; }
}

/// <summary>When a push is answered.</summary>
public enum PushAck
{
    /// <summary>When the broker has acknowledged every record.</summary>
    Broker,

    /// <summary>When the records are queued in the app. A failure after that is only in the app's log.</summary>
    Queue,
}
