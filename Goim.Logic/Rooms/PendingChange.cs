using Goim.Logic.Delivery;
using Goim.Protocol;

namespace Goim.Logic.Rooms;

/// <summary>A change of a session's room, and how far it is.</summary>
/// <param name="key">The session.</param>
/// <param name="roomId">The room that it is to be in; -1 for none.</param>
internal sealed class PendingChange(SubKey key, int roomId)
{

    public SubKey Key { get; } = key;

    public int RoomId { get; } = roomId;

    /// <summary>An earlier change of the same session in the same call, which is carried out first. Null for none.</summary>
    public PendingChange? Before { get; set; }

    /// <summary>
    /// The room of the change that is carried out now: that of a change that another app has not finished, then <see cref="RoomId"/>. After
    /// a later change, the room that the session is in.
    /// </summary>
    public int Target { get; set; } = roomId;

    /// <summary>The records of the change to <see cref="Target"/>, once the session is there.</summary>
    public PushRecord[] Records { get; set; } = [];

    /// <summary>Those records on their way. Null if the producer did not take them.</summary>
    public PendingDelivery? Delivery { get; set; }

    /// <summary>The room that the session was in before its change. Null before it is moved.</summary>
    public int? Left { get; set; }

    /// <summary>Rooms that records of this call let the session join, and that it is not in any more.</summary>
    public List<int> Joined { get; } = [];

    /// <summary>
    /// Whether a later change has moved the session before this one was ended. Its records may have come after those of the later one, so
    /// the comet is told again which room the session is in.
    /// </summary>
    public bool IsOvertaken { get; set; }

    /// <summary>The room that the comet was told again. Null for none.</summary>
    public int? Told { get; set; }

    /// <summary>Whether the session may have been moved.</summary>
    public bool IsBegun { get; set; }

    /// <summary>How often a later change was found.</summary>
    public int Rounds { get; set; }

    /// <summary>Whether it is finished, or has failed.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Why it has failed. Null if it has not.</summary>
    public Problem? Problem { get; private set; }

    /// <summary>The session is in another room than <see cref="Target"/>, which records have let it join.</summary>
    public void Follow(int room)
    {
        Joined.Remove(room);
        if (!Joined.Contains(Target))
        {
            Joined.Add(Target);
        }

        (Target, Told) = (room, null);
        Rounds++;
    }

    /// <summary>The records that tell the comet the room of the session, and those that it is not in any more.</summary>
    public PushRecord[] RecordsOf(ChangeRoomReply reply)
    {
        var records = new List<PushRecord>(2);
        foreach (var room in Joined.Contains(reply.LeftRoomId) ? Joined : [reply.LeftRoomId, .. Joined])
        {
            if (room != NoRoom.Id && room != reply.RoomId)
            {
                records.Add(PushRecord.LeaveRoom(reply.Server, Key, room));
            }
        }

        if (reply.RoomId != NoRoom.Id)
        {
            records.Add(PushRecord.JoinRoom(reply.Server, Key, reply.RoomId));
        }

        return [.. records];
    }

    public void Finish() => IsOver = true;

    public void Fail(Problem problem) => (IsOver, Problem) = (true, problem);
}
