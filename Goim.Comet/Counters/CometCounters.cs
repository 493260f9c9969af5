using Goim.Comet.Wire;

namespace Goim.Comet.Counters;

/// <summary>What a comet counts. Every member may be used by any thread.</summary>
internal sealed class CometCounters
{
    /// <summary>Kinds of messages, the first ones of <see cref="PacketKind"/>.</summary>
    public const int Kinds = 3;

    private readonly long[] delivered = new long[Kinds];
    private readonly long[] dropped = new long[Kinds];
    private readonly long[] disconnects = new long[Enum.GetValues<DisconnectCause>().Length];
    private long connections, connects, skippedRecords, unreadableRecords, resetOffsets, held, heldForgotten;
    private long lastRecordDelay = -1;

    /// <summary>Connections now, also those that have not sent their token yet.</summary>
    public int Connections => (int)Interlocked.Read(ref connections);

    /// <summary>Connections that were registered.</summary>
    public long Connects => Interlocked.Read(ref connects);

    /// <summary>Records with an op that a comet does not know.</summary>
    public long SkippedRecords => Interlocked.Read(ref skippedRecords);

    /// <summary>Records that could not be read.</summary>
    public long UnreadableRecords => Interlocked.Read(ref unreadableRecords);

    /// <summary>How often an offset was out of range.</summary>
    public long ResetOffsets => Interlocked.Read(ref resetOffsets);

    /// <summary>Messages that have waited for a connection that was being registered.</summary>
    public long Held => Interlocked.Read(ref held);

    /// <summary>Held messages whose key did not come.</summary>
    public long HeldForgotten => Interlocked.Read(ref heldForgotten);

    /// <summary>Milliseconds from the time of the last record to its reading, by two clocks. -1 before the first record.</summary>
    public long LagMs => Interlocked.Read(ref lastRecordDelay);

    /// <summary>Counts a connection, and gives the number of connections with it.</summary>
    public int Opened() => (int)Interlocked.Increment(ref connections);

    public void Registered() => Interlocked.Increment(ref connects);

    /// <summary>Counts the end of a connection.</summary>
    public void Closed(DisconnectCause cause)
    {
        Interlocked.Decrement(ref connections);
        Interlocked.Increment(ref disconnects[(int)cause]);
    }

    public long DisconnectsOf(DisconnectCause cause) => Interlocked.Read(ref disconnects[(int)cause]);

    /// <param name="kind">Multiple, room or broadcast.</param>
    /// <param name="count">Messages that the sockets have taken.</param>
    public void Delivered(PacketKind kind, int count) => Interlocked.Add(ref delivered[(int)kind], count);

    public long DeliveredOf(PacketKind kind) => Interlocked.Read(ref delivered[(int)kind]);

    /// <param name="kind">Multiple, room or broadcast.</param>
    /// <param name="count">Messages that did not get into a full queue, or were in the queue of a connection that ended.</param>
    public void Dropped(PacketKind kind, int count) => Interlocked.Add(ref dropped[(int)kind], count);

    public long DroppedOf(PacketKind kind) => Interlocked.Read(ref dropped[(int)kind]);

    public void Skipped() => Interlocked.Increment(ref skippedRecords);

    public void Unreadable() => Interlocked.Increment(ref unreadableRecords);

    public void OffsetReset() => Interlocked.Increment(ref resetOffsets);

    public void HeldOne() => Interlocked.Increment(ref held);

    public void ForgottenHeld(int count) => Interlocked.Add(ref heldForgotten, count);

    public void RecordRead(long delayMs) => Interlocked.Exchange(ref lastRecordDelay, delayMs);
}
