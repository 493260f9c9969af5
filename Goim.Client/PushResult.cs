namespace Goim.Client;

/// <summary>What became of a push.</summary>
public sealed record PushResult
{
    /// <summary>What is on the topic.</summary>
    public required PushOutcome Outcome { get; init; }

    /// <summary>The records that the broker has acknowledged. None for a push that is only queued.</summary>
    public IReadOnlyList<RecordAck> Acks { get; init; } = [];

    /// <summary>Whom the push reaches. Null without <see cref="PushOptions.Detail"/>, and where the app does not say.</summary>
    public Recipients? Recipients { get; init; }

    /// <summary>
    /// Why the push is not done: the app's own sentence, which in a batch may begin with the number of the line. Null if it is done.
    /// </summary>
    public string? Error { get; init; }

    /// <summary>Whether all records are acknowledged, or queued where that was asked for.</summary>
    public bool IsDone => Outcome is PushOutcome.Acknowledged or PushOutcome.Queued;
}

/// <summary>What is on the topic.</summary>
public enum PushOutcome
{
    /// <summary>Nothing of the push. It can be sent again.</summary>
    None,

    /// <summary>Exactly the records in <see cref="PushResult.Acks"/>. Another push would send those twice.</summary>
    Some,

    /// <summary>The records in <see cref="PushResult.Acks"/>, and perhaps others. Another push may send them twice.</summary>
    Unknown,

    /// <summary>The app has queued all records, as <see cref="PushAck.Queue"/> asks. They are on the topic if nothing fails.</summary>
    Queued,

    /// <summary>All records: the broker has acknowledged them. A push that reaches nobody has none.</summary>
    Acknowledged,
}

/// <summary>Where the broker has put a record.</summary>
/// <param name="Partition">Partition of the topic.</param>
/// <param name="Offset">Offset in the partition. Null if the broker had the record already, from an attempt whose answer was lost.</param>
public readonly record struct RecordAck(int Partition, long? Offset);

/// <summary>Whom a push reaches.</summary>
public sealed record Recipients
{
    /// <summary>Number of sessions. Null if the router nodes cannot tell.</summary>
    public long? Sessions { get; init; }

    /// <summary>Number of comet servers. Null for rooms, and if the router nodes cannot tell.</summary>
    public long? Servers { get; init; }

    /// <summary>Number of records.</summary>
    public required long Records { get; init; }

    /// <summary>Users without a session, of a push to users.</summary>
    public IReadOnlyList<long> OfflineUsers { get; init; } = [];

    /// <summary>The sub key if it has no session, of a push to a connection.</summary>
    public IReadOnlyList<string> OfflineKeys { get; init; } = [];
}
