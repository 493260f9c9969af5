using System.Runtime.CompilerServices;
using Goim.Comet.Counters;
using Goim.Comet.Wire;

namespace Goim.Comet.Delivery;

/// <summary>The messages of one write, by kind. They are counted when the outlet has taken the write, or does not take it.</summary>
[InlineArray(CometCounters.Kinds)]
internal struct MessageCount
{
    private int first;

    /// <summary>Adds a packet, if it is a message.</summary>
    public void Add(EncodedPacket packet)
    {
        if (packet.IsMessage)
        {
            this[(int)packet.Kind]++;
        }
    }

    /// <summary>The outlet has taken all bytes of the write.</summary>
    public readonly void Written(CometCounters counters)
    {
        var hasMessage = false;
        for (var kind = 0; kind < CometCounters.Kinds; kind++)
        {
            if (this[kind] > 0)
            {
                counters.Delivered((PacketKind)kind, this[kind]);
                hasMessage = true;
            }
        }

        if (hasMessage)
        {
            counters.Written();
        }
    }

    /// <summary>The connection broke before the outlet had taken all bytes of the write.</summary>
    public readonly void Dropped(CometCounters counters)
    {
        for (var kind = 0; kind < CometCounters.Kinds; kind++)
        {
            if (this[kind] > 0)
            {
                counters.Dropped((PacketKind)kind, this[kind]);
            }
        }
    }
}
