using Goim.Protocol;

namespace Goim.Comet.Delivery;

/// <summary>The rooms that a client may change to, and how often it may. One packet of the client is handled at a time.</summary>
internal sealed class RoomRights
{
    /// <summary>Most changes within a second. One more is refused.</summary>
    private const int MaxChanges = 10;

    private const long PeriodMs = 1_000;

    // When the last changes were, by Environment.TickCount64, in a ring.
    private readonly long[] last = new long[MaxChanges];
    private int next;

    public RoomRights() => Array.Fill(last, -PeriodMs);

    /// <summary>The rooms of the client's token.</summary>
    public int[] Rooms { get; set; } = [];

    /// <summary>Whether the client may change to a room. It may always leave its room.</summary>
    public bool Allow(int roomId) => roomId == NoRoom.Id || Rooms.AsSpan().Contains(roomId);

    /// <summary>Counts a change. False, and it is not counted, if it is one too many within a second.</summary>
    /// <param name="now">Environment.TickCount64.</param>
    public bool TryChange(long now)
    {
        if (now - last[next] < PeriodMs)
        {
            return false;
        }

        last[next] = now;
        next = (next + 1) % MaxChanges;
        return true;
    }
}
