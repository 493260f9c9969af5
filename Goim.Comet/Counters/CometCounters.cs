using Goim.Comet.Wire;

namespace Goim.Comet.Counters;

/// <summary>What a comet counts. Every member may be used by any thread.</summary>
internal sealed class CometCounters
{
    /// <summary>Kinds of messages, the first ones of <see cref="PacketKind"/>.</summary>
    public const int Kinds = 3;

    // Those of every write and read.
    private const int WritesPlace = Kinds, SentPlace = Kinds + 1, ReceivedPlace = Kinds + 2;

    private readonly StripedCounters frequent = new();
    private readonly long[] dropped = new long[Kinds];
    private readonly long[] disconnects = new long[Enum.GetValues<DisconnectCause>().Length];
    private readonly long[] failedConnects = new long[Enum.GetValues<DisconnectCause>().Length];
    private long connections, connects, held, heldForgotten;
    private long readRecords, skippedRecords, unreadableRecords, expiredRecords, resetOffsets;
    private long lastRecordDelay = -1;

    /// <summary>Connections now, also those that have not sent their token yet.</summary>
    public int Connections => (int)Interlocked.Read(ref connections);

    /// <summary>Connections that were registered.</summary>
    public long Connects => Interlocked.Read(ref connects);

    /// <summary>Writes that had one message or more.</summary>
    public long Writes => frequent.Sum(WritesPlace);

    /// <summary>Bytes that the connections have taken: packets, and over WebSocket frames. Of TLS, what is inside.</summary>
    public long SentBytes => frequent.Sum(SentPlace);

    /// <summary>Bytes that clients have sent, counted likewise.</summary>
    public long ReceivedBytes => frequent.Sum(ReceivedPlace);

    /// <summary>Records that were read, without those that are counted below.</summary>
    public long ReadRecords => Interlocked.Read(ref readRecords);

    /// <summary>Records with an op that a comet does not know.</summary>
    public long SkippedRecords => Interlocked.Read(ref skippedRecords);

    /// <summary>Records that could not be read.</summary>
    public long UnreadableRecords => Interlocked.Read(ref unreadableRecords);

    /// <summary>Records whose messages had expired when they were read.</summary>
    public long ExpiredRecords => Interlocked.Read(ref expiredRecords);

    /// <summary>How often an offset was out of range.</summary>
    public long ResetOffsets => Interlocked.Read(ref resetOffsets);

    /// <summary>Messages, kicks and changes of room that have waited for a connection that was being registered.</summary>
    public long Held => Interlocked.Read(ref held);

    /// <summary>Those of them whose key did not come.</summary>
    public long HeldForgotten => Interlocked.Read(ref heldForgotten);

    /// <summary>Milliseconds from the time of the last record to its reading, by two clocks. -1 before the first record.</summary>
    public long LagMs => Interlocked.Read(ref lastRecordDelay);

    /// <summary>Counts a connection, and gives the number of connections with it.</summary>
    public int Opened() => (int)Interlocked.Increment(ref connections);

    public void Registered() => Interlocked.Increment(ref connects);

    /// <summary>Counts a client that was not registered.</summary>
    public void ConnectFailed(DisconnectCause cause) => Interlocked.Increment(ref failedConnects[(int)cause]);

    public long FailedConnectsOf(DisconnectCause cause) => Interlocked.Read(ref failedConnects[(int)cause]);

    /// <summary>Counts the end of a connection.</summary>
    public void Closed(DisconnectCause cause)
    {
        Interlocked.Decrement(ref connections);
        Interlocked.Increment(ref disconnects[(int)cause]);
    }

    public long DisconnectsOf(DisconnectCause cause) => Interlocked.Read(ref disconnects[(int)cause]);

    /// <param name="kind">Multiple, room or broadcast.</param>
    /// <param name="count">Messages that the sockets have taken.</param>
    public void Delivered(PacketKind kind, int count) => frequent.Add((int)kind, count);

    /// <summary>Messages in one write, on average since the start. Null before the first write.</summary>
    public double? MergeFactor => Writes is var writes and > 0
        ? (double)(DeliveredOf(PacketKind.Multiple) + DeliveredOf(PacketKind.Room) + DeliveredOf(PacketKind.Broadcast)) / writes
        : null;

    public long DeliveredOf(PacketKind kind) => frequent.Sum((int)kind);

    /// <summary>Counts a write that has one message or more.</summary>
    public void Written() => frequent.Add(WritesPlace, 1);

    public void Sent(int bytes) => frequent.Add(SentPlace, bytes);

    public void Received(long bytes) => frequent.Add(ReceivedPlace, bytes);

    /// <param name="kind">Multiple, room or broadcast.</param>
    /// <param name="count">
    /// Messages that did not get into a full queue, or were in the queue or in an unfinished write of a connection that ended.
    /// </param>
    public void Dropped(PacketKind kind, int count) => Interlocked.Add(ref dropped[(int)kind], count);

    public long DroppedOf(PacketKind kind) => Interlocked.Read(ref dropped[(int)kind]);

    public void Read() => Interlocked.Increment(ref readRecords);

    public void Skipped() => Interlocked.Increment(ref skippedRecords);

    public void Unreadable() => Interlocked.Increment(ref unreadableRecords);

    public void Expired() => Interlocked.Increment(ref expiredRecords);

    public void OffsetReset() => Interlocked.Increment(ref resetOffsets);

    public void HeldOne() => Interlocked.Increment(ref held);

    public void ForgottenHeld(int count) => Interlocked.Add(ref heldForgotten, count);

    public void RecordRead(long delayMs) => Interlocked.Exchange(ref lastRecordDelay, delayMs);
}
