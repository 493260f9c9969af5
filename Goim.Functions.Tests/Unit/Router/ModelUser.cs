using Goim.Protocol;

namespace Goim.Functions.Tests.Unit.Router;

/// <summary>A user of <see cref="SessionsModel"/>.</summary>
internal sealed class ModelUser
{
    public SortedDictionary<int, (int Server, int Room, long Created, int Request, int Put)> Sessions { get; } = [];

    /// <summary>The changes of room that have not ended, by seq.</summary>
    public Dictionary<int, (int Left, long Asked)> Changes { get; } = [];

    public int Last { get; set; }

    public long EmptySince { get; set; }

    /// <summary>Begins a change, or begins it again.</summary>
    public ChangeRoomReply? ChangeRoom(int seq, int room, long now)
    {
        if (!Sessions.TryGetValue(seq, out var session))
        {
            return null;
        }

        var isUnfinished = Changes.TryGetValue(seq, out var change);
        if (isUnfinished && session.Room != room)
        {
            return Reply(true, session.Server, session.Room, change.Left, now - change.Asked);
        }

        if (session.Room != room)
        {
            Sessions[seq] = session with { Room = room };
            Changes[seq] = (session.Room, now);
            return Reply(true, session.Server, room, session.Room, 0);
        }

        if (isUnfinished)
        {
            Changes[seq] = (change.Left, now);
        }

        return Reply(true, session.Server, room, isUnfinished ? change.Left : room, 0);
    }

    /// <summary>Ends a change.</summary>
    public ChangeRoomReply? EndChange(int seq, int room, long now)
    {
        if (!Sessions.TryGetValue(seq, out var session))
        {
            return null;
        }

        if (session.Room == room)
        {
            Changes.Remove(seq);
            return Reply(true, session.Server, room, room, 0);
        }

        return Changes.TryGetValue(seq, out var change)
            ? Reply(false, session.Server, session.Room, change.Left, now - change.Asked)
            : Reply(false, session.Server, session.Room, session.Room, 0);
    }

    /// <summary>The answer to a change; null if there is no such session.</summary>
    public static string Text(ChangeRoomReply? reply) => $"{reply ?? new ChangeRoomReply()}";

    private static ChangeRoomReply Reply(bool has, int server, int room, int left, long ms) =>
        new() { Has = has, Server = server, RoomId = room, LeftRoomId = left, UnfinishedMs = ms };
}
