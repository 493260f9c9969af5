namespace Goim.Benchmarks.Comet;

/// <summary>What one client has received in the current run.</summary>
internal sealed class Inbox(Receipts receipts, int streams)
{
    // By stream, the number of the last message.
    private readonly int[] last = new int[streams];

    public int Received { get; private set; }

    /// <summary>Messages that came twice, or after a later one of the same stream.</summary>
    public int OutOfOrder { get; private set; }

    /// <summary>Call it before <see cref="Receipts.Begin"/>.</summary>
    public void Clear()
    {
        (Received, OutOfOrder) = (0, 0);
        Array.Clear(last);
    }

    /// <param name="message">The body, or its first bytes.</param>
    /// <param name="now">Timestamp of the receipt.</param>
    public void Add(ReadOnlySpan<byte> message, long now)
    {
        if (!Stamp.TryRead(message, out var stamp) || stamp.Run != receipts.Run)
        {
            return;
        }

        receipts.Add(stamp.PushedAt, now);
        Received++;
        if (stamp.Number > last[stamp.Stream])
        {
            last[stamp.Stream] = stamp.Number;
        }
        else
        {
            OutOfOrder++;
        }
    }
}
