using System.Numerics;
using Goim.Comet.Counters;
using Goim.Comet.Wire;

namespace Goim.Comet.Delivery;

/// <summary>What waits for one connection, in order, in a ring. There is no array before the first packet.</summary>
internal struct PacketQueue
{
    private const int FirstLength = 8;
    private EncodedPacket?[]? ring;
    private int head;

    /// <summary>Packets in the queue.</summary>
    public int Count { get; private set; }

    /// <summary>Messages in the queue.</summary>
    public int Messages { get; private set; }

    /// <summary>Bytes of the messages.</summary>
    public long MessageBytes { get; private set; }

    /// <summary>Packets that are no messages.</summary>
    public readonly int Replies => Count - Messages;

    /// <summary>The first packet of a queue that is not empty.</summary>
    public readonly EncodedPacket First => ring![head]!;

    /// <summary>The packet at a place, counted from the first.</summary>
    public readonly EncodedPacket this[int place] => ring![(head + place) & (ring.Length - 1)]!;

    public void Enqueue(EncodedPacket packet)
    {
        if (ring is null || Count == ring.Length)
        {
            Grow();
        }

        ring![(head + Count) & (ring.Length - 1)] = packet;
        Count++;
        if (packet.IsMessage)
        {
            Messages++;
            MessageBytes += packet.Length;
        }
    }

    public EncodedPacket Dequeue()
    {
        var packet = ring![head]!;
        ring[head] = null;
        head = (head + 1) & (ring.Length - 1);
        Count--;
        if (packet.IsMessage)
        {
            Messages--;
            MessageBytes -= packet.Length;
        }

        return packet;
    }

    /// <summary>Removes all packets, and releases the array. Counts the messages as dropped.</summary>
    public void Drop(CometCounters counters)
    {
        while (Count > 0)
        {
            var packet = Dequeue();
            if (packet.IsMessage)
            {
                counters.Dropped(packet.Kind, 1);
            }
        }

        this = default;
    }

    private void Grow()
    {
        var larger = new EncodedPacket?[ring is null ? FirstLength : (int)BitOperations.RoundUpToPowerOf2((uint)ring.Length + 1)];
        for (var i = 0; i < Count; i++)
        {
            larger[i] = this[i];
        }

        (ring, head) = (larger, 0);
    }
}
