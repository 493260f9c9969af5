using Goim.Comet.Counters;
using Goim.Comet.Wire;
using Goim.Protocol;

namespace Goim.Comet.Delivery;

/// <summary>
/// One lane's messages and changes for keys that are not here, while connects are under way that may bring the keys. Only the lane's
/// thread uses it.
/// </summary>
/// <remarks>A node has a session before the comet knows its key, so a push may arrive in between.</remarks>
internal sealed class HeldRecords(ConnectTickets tickets, HeldTotal total, CometCounters counters)
{
    private readonly Dictionary<SubKey, HeldKey> keys = new(SubKeyComparer.Instance);
    private readonly Queue<(SubKey Key, long UpTo)> order = new();

    public bool IsEmpty => keys.Count == 0;

    /// <summary>Holds what a record has for a key.</summary>
    /// <param name="key">A key that is not here.</param>
    /// <param name="record">The message or the change.</param>
    /// <param name="upTo">The last connect that had begun when the record was read.</param>
    public void Hold(SubKey key, in HeldRecord record, long upTo)
    {
        var isNew = !keys.TryGetValue(key, out var held);
        if (!total.TryAdd(isNew ? 1 : 0, record.Length))
        {
            tickets.Overflow(upTo);
            ForgetAll();
            counters.ForgottenHeld(1);
            return;
        }

        if (held is null)
        {
            keys.Add(key, held = new HeldKey());
        }

        held.Records.Add(record);
        held.UpTo = upTo;
        order.Enqueue((key, upTo));
        counters.HeldOne();
    }

    /// <summary>Takes what is held for a key that is here now, in order. Null for nothing.</summary>
    public List<HeldRecord>? Take(SubKey key)
    {
        if (!keys.Remove(key, out var held))
        {
            return null;
        }

        total.Remove(1, held.Bytes);
        return held.Records;
    }

    /// <summary>Takes a key whose connects have all ended without it. False if there is none.</summary>
    public bool TryForget(out SubKey forgotten)
    {
        while (order.TryPeek(out var first) && first.UpTo < tickets.OldestOpen)
        {
            order.Dequeue();
            if (keys.TryGetValue(first.Key, out var held) && held.UpTo == first.UpTo)
            {
                counters.ForgottenHeld(Take(first.Key)!.Count);
                forgotten = first.Key;
                return true;
            }
        }

        forgotten = default;
        return false;
    }

    private void ForgetAll()
    {
        foreach (var held in keys.Values)
        {
            total.Remove(1, held.Bytes);
            counters.ForgottenHeld(held.Records.Count);
        }

        keys.Clear();
        order.Clear();
    }

    private sealed class HeldKey
    {
        public List<HeldRecord> Records { get; } = [];

        public long UpTo { get; set; }

        public long Bytes
        {
            get
            {
                var bytes = 0L;
                foreach (var record in Records)
                {
                    bytes += record.Length;
                }

                return bytes;
            }
        }
    }
}

/// <summary>What a record has for one key: a message or a change.</summary>
/// <param name="Message">Null for a change.</param>
/// <param name="Change">Null for a message.</param>
internal readonly record struct HeldRecord(EncodedPacket? Message, ConnectionChange? Change)
{
    /// <summary>Bytes that count for the limit of what is held.</summary>
    public int Length => Message?.Length ?? ConnectionChange.Length;
}

/// <summary>What all lanes hold together: at most 10,000 keys and 16 MB.</summary>
internal sealed class HeldTotal
{
    private const int MaxKeys = 10_000;
    private const long MaxBytes = 16_000_000;
    private long keys, bytes;

    /// <summary>Adds what is held more. False, and nothing is added, if it would be too much.</summary>
    public bool TryAdd(int moreKeys, long moreBytes)
    {
        var keysNow = Interlocked.Add(ref keys, moreKeys);
        var bytesNow = Interlocked.Add(ref bytes, moreBytes);
        if (keysNow <= MaxKeys && bytesNow <= MaxBytes)
        {
            return true;
        }

        Remove(moreKeys, moreBytes);
        return false;
    }

    public void Remove(int lessKeys, long lessBytes)
    {
        Interlocked.Add(ref keys, -lessKeys);
        Interlocked.Add(ref bytes, -lessBytes);
    }
}
