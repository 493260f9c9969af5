using Goim.Logic.Delivery;
using Goim.Logic.Routing;
using Goim.Protocol;

namespace Goim.Logic.Push.Batch;

/// <summary>The pushes of a batch, with their records in order.</summary>
internal sealed class BatchPlan : IDisposable
{
    private const int SubKeyBytes = 16 * 1024;

    // Sub keys of records for one session each.
    private byte[] subKeys = [];
    private int used;

    /// <summary>Each line's push, or its problem. One that is not sent is replaced by the problem that prevented it.</summary>
    public PooledList<Outcome<PlannedLine>> Lines { get; } = new();

    /// <summary>The records of all lines.</summary>
    public PooledList<PushRecord> Records { get; } = new();

    /// <summary>Adds a line that is not sent.</summary>
    public void Add(Problem problem) => Lines.Add(problem);

    /// <summary>Adds the push of a line.</summary>
    public void Add(Outcome<PushPlan> planned)
    {
        if (!planned.Is(out var plan, out var problem))
        {
            Lines.Add(problem);
            return;
        }

        Lines.Add(new PlannedLine(new PushRange(Records.Count, plan.Records.Length), plan.Recipients));
        foreach (ref readonly var record in plan.Records.AsSpan())
        {
            Records.Add(record);
        }
    }

    /// <summary>Adds a push to the only session of a user: the usual line, planned without an object. False if it may not fit.</summary>
    public bool TryAdd(long userId, in UserSessions sessions, ReadOnlyMemory<byte> message, RecordSize size)
    {
        var server = sessions.Servers[0];
        if (size.MaxMultipleBytes(server, message.Length, tail: null) < KafkaMsg.MaxSubKeyLength)
        {
            return false;
        }

        if (subKeys.Length - used < KafkaMsg.MaxSubKeyLength)
        {
            (subKeys, used) = (GC.AllocateUninitializedArray<byte>(SubKeyBytes), 0);
        }

        var length = KafkaMsg.FormatSubKey(new SubKey(userId, sessions.Seqs[0]), subKeys.AsSpan(used));
        Lines.Add(new PlannedLine(new PushRange(Records.Count, 1), new Recipients(1, 1) { Offline = [] }));
        Records.Add(PushRecord.Multiple(server, subKeys.AsMemory(used, length), message));
        used += length;
        return true;
    }

    public void Dispose()
    {
        Lines.Dispose();
        Records.Dispose();
    }
}

/// <summary>The push of one line.</summary>
/// <param name="Records">Its records among those of the batch.</param>
/// <param name="Recipients">The recipients.</param>
internal readonly record struct PlannedLine(PushRange Records, Recipients Recipients);
