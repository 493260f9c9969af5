using Goim.Protocol;
using Grpc.Core;

namespace Goim.Router;

/// <summary>Makes a page of the users of a room, bounded in users and in bytes (packed.proto RoomUsers).</summary>
/// <param name="roomId">The room.</param>
/// <param name="limit">Maximum number of users.</param>
internal sealed class RoomPage(int roomId, int limit)
{
    /// <summary>The page so far.</summary>
    public RoomUsersReply Reply { get; } = new();

    /// <summary>Number of users that it still takes.</summary>
    public int UsersLeft => limit - Reply.UserIds.Count;

    /// <summary>Whether it takes no further user.</summary>
    public bool IsFull => Reply.HasMore || UsersLeft == 0;

    /// <summary>Adds members in the order of user and seq.</summary>
    /// <returns>False if the page has no room for one: then it ends before this member's user, and says that there are more.</returns>
    /// <exception cref="RpcException">ResourceExhausted: the page would not even hold its first user.</exception>
    public bool Add(ReadOnlySpan<RoomMember> members)
    {
        foreach (var member in members)
        {
            if (!TryAdd(member))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Says that there may be users in other buckets.</summary>
    public void SetMore() => Reply.HasMore = true;

    private bool TryAdd(RoomMember member)
    {
        var last = Reply.UserIds.Count - 1;
        if (last < 0 || Reply.UserIds[last] != member.UserId)
        {
            if (IsFull)
            {
                Reply.HasMore = true;
                return false;
            }

            Reply.UserIds.Add(member.UserId);
            Reply.Counts.Add(0);
            last++;
        }

        Reply.Counts[last]++;
        Reply.Seqs.Add(member.Seq);
        Reply.Servers.Add(member.Server);
        if (Reply.Seqs.Count <= RouterLimits.MaxRoomSessions(last + 1))
        {
            return true;
        }

        RemoveLastUser(last);
        return false;
    }

    private void RemoveLastUser(int last)
    {
        if (last == 0)
        {
            throw Refusals.TooLarge(roomId, Reply.UserIds[0]);
        }

        for (var count = Reply.Counts[last]; count > 0; count--)
        {
            Reply.Seqs.RemoveAt(Reply.Seqs.Count - 1);
            Reply.Servers.RemoveAt(Reply.Servers.Count - 1);
        }

        Reply.UserIds.RemoveAt(last);
        Reply.Counts.RemoveAt(last);
        Reply.HasMore = true;
    }
}
