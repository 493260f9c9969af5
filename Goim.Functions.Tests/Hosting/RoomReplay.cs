using System.Text.Json;

namespace Goim.Functions.Tests.Hosting;

/// <summary>Reads the records of changes of rooms as a comet does.</summary>
internal static class RoomReplay
{
    /// <summary>The rooms of a connection at the end of the topic, in ascending order: those that it joined last.</summary>
    /// <param name="records">Partition by partition. The records of one room are on one partition.</param>
    /// <param name="key">The connection.</param>
    /// <param name="first">The rooms that it was in before.</param>
    public static int[] RoomsOf(IEnumerable<ReadRecord> records, string key, params int[] first)
    {
        var rooms = first.ToHashSet();
        foreach (var record in records.Select(record => JsonElement.Parse(record.Text)))
        {
            var op = record.GetProperty("op").GetString();
            if (op is not ("leave_room" or "join_room") || record.GetProperty("subkeys")[0].GetString() != key)
            {
                continue;
            }

            var room = record.TryGetProperty("roomid", out var id) ? id.GetInt32() : 0;
            if (op == "join_room")
            {
                rooms.Add(room);
            }
            else
            {
                rooms.Remove(room);
            }
        }

        return [.. rooms.Order()];
    }
}
