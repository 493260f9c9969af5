using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Goim.Logic.Access;

/// <summary>Rooms from 0 on: ranges in ascending order, none of which overlaps another.</summary>
internal sealed class RoomSet
{
    /// <summary>The form of the setting, for a message.</summary>
    public const string Expected = "rooms from 0 on and ranges of them, such as 0-999,2000, in ascending order without an overlap";

    private readonly int[] first, last;

    private RoomSet(int[] first, int[] last) => (this.first, this.last) = (first, last);

    /// <summary>Reads <c>0-999,2000</c>.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out RoomSet? rooms)
    {
        rooms = null;
        var ranges = text.Split(',', StringSplitOptions.TrimEntries);
        var (first, last) = (new int[ranges.Length], new int[ranges.Length]);
        for (var i = 0; i < ranges.Length; i++)
        {
            var ends = ranges[i].Split('-', StringSplitOptions.TrimEntries);
            if (ends.Length > 2 || !TryRoom(ends[0], out first[i]) || !TryRoom(ends[^1], out last[i])
                || last[i] < first[i] || (i > 0 && first[i] <= last[i - 1]))
            {
                return false;
            }
        }

        rooms = new RoomSet(first, last);
        return true;
    }

    public bool Contains(int roomId)
    {
        var found = Array.BinarySearch(first, roomId);
        var range = found >= 0 ? found : ~found - 1;
        return range >= 0 && roomId <= last[range];
    }

    private static bool TryRoom(string text, out int roomId) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out roomId);
}
