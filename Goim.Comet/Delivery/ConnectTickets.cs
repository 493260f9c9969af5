namespace Goim.Comet.Delivery;

/// <summary>
/// Numbers the connects that are under way, in the order in which they begin. A message for a key that is not here is held until all
/// connects have ended that had begun before the message was read.
/// </summary>
internal sealed class ConnectTickets
{
    private readonly Lock gate = new();
    private readonly Queue<Ticket> open = new();
    private readonly Dictionary<long, Ticket> byNumber = new(Goim.Protocol.SeededLongComparer.Instance);
    private long last;
    private long oldestOpen = long.MaxValue;
    private long overflowed;

    /// <summary>The number of the last connect that has begun.</summary>
    public long Last => Volatile.Read(ref last);

    /// <summary>The number of the oldest connect that is under way; the largest number if none is.</summary>
    public long OldestOpen => Volatile.Read(ref oldestOpen);

    /// <summary>A connect begins. Its number.</summary>
    public long Begin()
    {
        lock (gate)
        {
            var ticket = new Ticket(last + 1);
            open.Enqueue(ticket);
            byNumber.Add(ticket.Number, ticket);
            Volatile.Write(ref last, ticket.Number);
            Volatile.Write(ref oldestOpen, open.Peek().Number);
            return ticket.Number;
        }
    }

    /// <summary>A connect has ended: its connection is registered here, or will not be.</summary>
    public void End(long number)
    {
        lock (gate)
        {
            if (!byNumber.Remove(number, out var ended))
            {
                return;
            }

            ended.HasEnded = true;
            while (open.TryPeek(out var first) && first.HasEnded)
            {
                open.Dequeue();
            }

            Volatile.Write(ref oldestOpen, open.TryPeek(out var oldest) ? oldest.Number : long.MaxValue);
        }
    }

    /// <summary>Too many messages are held: the connects up to this number must not make connections, since they would miss some.</summary>
    public void Overflow(long upTo)
    {
        lock (gate)
        {
            Volatile.Write(ref overflowed, Math.Max(overflowed, upTo));
        }
    }

    /// <summary>Whether messages that may be for this connect's connection are lost.</summary>
    public bool HasOverflowed(long number) => number <= Volatile.Read(ref overflowed);

    private sealed class Ticket(long number)
    {
        public long Number { get; } = number;

        public bool HasEnded { get; set; }
    }
}
