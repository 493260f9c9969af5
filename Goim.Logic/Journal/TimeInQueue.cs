namespace Goim.Logic.Journal;

/// <summary>
/// How long an entry has been in the queue: by the storage's clock until it was received, then by this machine's monotonic clock. The
/// storage gives both times in whole seconds, so the difference is within a second on either side.
/// </summary>
internal sealed record TimeInQueue
{
    private static readonly TimeSpan Rounding = TimeSpan.FromSeconds(1);
    private readonly TimeProvider time;
    private readonly DateTimeOffset received;
    private readonly long asked;
    private readonly long answered;

    /// <param name="time">The monotonic clock.</param>
    /// <param name="inserted">When the message was written, by the storage's clock.</param>
    /// <param name="received">Header <c>Date</c> of a response of the storage.</param>
    /// <param name="asked">Timestamp of <paramref name="time"/> before the request of that response. The time of construction is the one
    /// after it.</param>
    public TimeInQueue(TimeProvider time, DateTimeOffset inserted, DateTimeOffset received, long asked)
    {
        this.time = time;
        this.received = received;
        this.asked = asked;
        Inserted = inserted;
        answered = time.GetTimestamp();
    }

    /// <summary>When the entry was written, by the storage's clock.</summary>
    public DateTimeOffset Inserted { get; init; }

    /// <summary>The shortest time that it may have been.</summary>
    public TimeSpan Shortest => NotNegative(received - Inserted - Rounding) + time.GetElapsedTime(answered);

    /// <summary>The longest time that it may have been.</summary>
    public TimeSpan Longest => NotNegative(received - Inserted + Rounding) + time.GetElapsedTime(asked);

    private static TimeSpan NotNegative(TimeSpan span) => span > TimeSpan.Zero ? span : TimeSpan.Zero;
}
