namespace Goim.Comet.Delivery;

/// <summary>The rooms that a client may change to, and how often it may. One packet of the client is handled at a time.</summary>
internal sealed class RoomRights
{
    /// <summary>Most changes within a second. The next one waits.</summary>
    private const int MaxChanges = 10;

    private const long PeriodMs = 1_000;

    // When the last changes were, by Environment.TickCount64, in a ring.
    private readonly long[] last = new long[MaxChanges];
    private int next;

    public RoomRights() => Array.Fill(last, -PeriodMs);

    /// <summary>The rooms of the client's token.</summary>
    public int[] Rooms { get; set; } = [];

    /// <summary>Whether the client may change to a room. It may always leave its room.</summary>
    public bool Allow(int roomId) => roomId == RoomTable.NoRoom || Rooms.AsSpan().Contains(roomId);

    /// <summary>Counts a change, and returns how many ms it has to wait.</summary>
    /// <param name="now">Environment.TickCount64.</param>
    public int WaitMs(long now)
    {
        var at = Math.Max(now, last[next] + PeriodMs);
        last[next] = at;
        next = (next + 1) % MaxChanges;
        return (int)(at - now);
    }
}
