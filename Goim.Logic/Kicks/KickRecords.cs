using Goim.Logic.Delivery;
using Goim.Protocol;

namespace Goim.Logic.Kicks;

/// <summary>Makes the records of a kick: one for each comet server, more if a record would become too large.</summary>
internal static class KickRecords
{
    private const string SubKeysMember = ",\"subkeys\":[";

    /// <param name="size">How much fits into a record. It holds the longest reason and a sub key.</param>
    /// <param name="sessions">The sessions, each with its comet server.</param>
    /// <param name="reason">UTF-8 text for the clients, or empty.</param>
    public static PushRecord[] Of(RecordSize size, IReadOnlyList<(SubKey Key, int Server)> sessions, ReadOnlySpan<byte> reason)
    {
        var records = new List<PushRecord>();
        var keys = new List<SubKey>();
        var (server, bytes) = (0, 0L);

        // A stable sort: those of one server stay in the order in which they are given.
        foreach (var session in sessions.OrderBy(session => session.Server))
        {
            // With quotes, and a comma or the end of the array.
            var more = session.Key.Length + 3;
            if (keys.Count > 0 && (session.Server != server || bytes + more > size.MaxValueBytes))
            {
                records.Add(PushRecord.Kick(server, keys.ToArray(), reason));
                keys.Clear();
            }

            if (keys.Count == 0)
            {
                server = session.Server;
                bytes = PushRecord.Kick(server, [], reason).Length + SubKeysMember.Length;
            }

            keys.Add(session.Key);
            bytes += more;
        }

        if (keys.Count > 0)
        {
            records.Add(PushRecord.Kick(server, keys.ToArray(), reason));
        }

        return [.. records];
    }
}
