using System.Globalization;
using System.Text;
using Goim.Comet.Delivery;
using Goim.Protocol;

namespace Goim.Comet.Registration;

/// <summary>Changes of room that clients ask for. Every member may be used by any thread, for a client by one at a time.</summary>
internal sealed class ClientRooms(RoomChanges changes)
{
    /// <summary>How long a change is tried again that may succeed.</summary>
    private const int LongestMs = 10_000;

    /// <summary>Bytes of the text of an int32 with its sign.</summary>
    private const int MaxText = 11;

    /// <summary>Changes to a room, unless the client has changed often within the last second.</summary>
    /// <param name="connection">A registered connection.</param>
    /// <param name="room">The room's number as text; -1 for none.</param>
    public async Task<RoomAnswer> ChangeAsync(Connection connection, ReadOnlyMemory<byte> room)
    {
        if (!GoInt.TryParse(room.Span, out int roomId))
        {
            return Refused($"the room is {Quoted(room.Span)}: expected a whole number of int32");
        }

        var rights = connection.RoomRights ??= new RoomRights();
        if (!rights.Allow(roomId))
        {
            return Refused($"the room is {roomId.ToString(CultureInfo.InvariantCulture)}: expected one of the token's rooms, or -1");
        }

        if (!rights.TryChange(Environment.TickCount64))
        {
            return Refused("there are too many changes of room: expected 10 a second at most");
        }

        var delay = new RetryDelay();
        for (var end = Environment.TickCount64 + LongestMs; ;)
        {
            var answer = await changes.AskAsync(connection.Key, roomId);
            if (!answer.MayRetry || connection.Outbox.IsClosing)
            {
                return answer;
            }

            var next = delay.Next();
            next = next > answer.RetryAfter ? next : answer.RetryAfter;
            if (Environment.TickCount64 + next.TotalMilliseconds >= end)
            {
                return answer;
            }

            await Task.Delay(next);
        }
    }

    private static RoomAnswer Refused(string error) => new(null, error);

    // What is longer is no number.
    private static string Quoted(ReadOnlySpan<byte> text) => text.Length <= MaxText
        ? $"'{Encoding.UTF8.GetString(text)}'"
        : string.Create(CultureInfo.InvariantCulture, $"a text of {text.Length} bytes");
}
