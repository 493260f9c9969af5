using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Goim.Protocol;

namespace Goim.Router.Memory;

/// <summary>The changes of room that have not ended (router.proto MChangeRoom). Not thread-safe; the bucket holds the lock.</summary>
internal sealed class UnfinishedChanges(MonotonicClock clock)
{
    private readonly Dictionary<Key, Change> unfinished = [];

    /// <summary>Moves a session to another room, unless a change to a third one has not ended; or ends a change.</summary>
    /// <param name="users">The users of the bucket.</param>
    /// <param name="change">The change.</param>
    /// <param name="now">Time by <see cref="MonotonicClock"/>.</param>
    public ChangeRoomReply Make(Users users, ChangeRoomArg change, long now)
    {
        var index = users.Find(change.UserId, change.Seq);
        if (index == 0)
        {
            return new ChangeRoomReply();
        }

        var key = new Key(change.UserId, change.Seq);
        var roomId = users.Rooms.RoomOf(index);
        var reply = new ChangeRoomReply { Has = true, Server = users.Sessions[index].Server, RoomId = roomId, LeftRoomId = roomId };
        ref var begun = ref CollectionsMarshal.GetValueRefOrNullRef(unfinished, key);
        var isUnfinished = !Unsafe.IsNullRef(ref begun);
        if (isUnfinished)
        {
            reply.LeftRoomId = begun.LeftRoomId;
        }

        if (change.OnlyAsks)
        {
            reply.UnfinishedMs = isUnfinished ? clock.Ms(now - begun.Asked) : 0;
        }
        else if (change.RoomId != roomId && (isUnfinished || change.IsSent))
        {
            reply.Has = !change.IsSent;
            reply.UnfinishedMs = isUnfinished ? clock.Ms(now - begun.Asked) : 0;
        }
        else if (change.IsSent)
        {
            unfinished.Remove(key);
            reply.LeftRoomId = roomId;
        }
        else if (isUnfinished)
        {
            begun.Asked = now;
        }
        else if (change.RoomId != roomId)
        {
            users.Rooms.Remove(index);
            users.Rooms.Add(index, change.RoomId);
            unfinished.Add(key, new Change { LeftRoomId = roomId, Asked = now });
            reply.RoomId = change.RoomId;
        }

        return reply;
    }

    /// <summary>Forgets the change of a session that is deleted.</summary>
    public void Forget(long userId, int seq)
    {
        if (unfinished.Count > 0)
        {
            unfinished.Remove(new Key(userId, seq));
        }
    }

    private struct Change
    {
        public int LeftRoomId;

        public long Asked;
    }

    // Callers choose both.
    private readonly record struct Key(long UserId, int Seq)
    {
        public override int GetHashCode() => SeededHash.Of(UserId, Seq, 0);
    }
}
