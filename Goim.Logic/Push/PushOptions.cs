namespace Goim.Logic.Push;

/// <summary>Settings <c>Push__*</c>: when a push is answered, and its limits.</summary>
public sealed class PushOptions
{
    public const string Section = "Push";

    /// <summary>When a push is answered whose request does not say; <c>queue</c> unless set.</summary>
    public PushAck Ack { get; init; } = PushAck.Queue;

    /// <summary>Most bytes of the body of a request for many users, rooms or sessions: 1,000 to 100,000,000, 8 MiB unless set.</summary>
    public int MaxRequestBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>Most user ids in one <c>/1/pushs</c>, or in one line of a batch: 1 to 10,000,000, 1,000,000 unless set.</summary>
    public int MaxUsers { get; init; } = 1_000_000;

    /// <summary>Most pushes under way at once in this process: 1 to 100,000, 1,000 unless set. One more is refused.</summary>
    public int MaxConcurrent { get; init; } = 1_000;
}
