using System.Runtime.InteropServices;
using Goim.Protocol;

namespace Goim.Router.Memory;

/// <summary>
/// Collects the sessions of the users with the lowest ids, each session once. Holds not many more than a page may have, and those of one
/// user after it.
/// </summary>
/// <param name="afterUserId">Exclusive lower bound of the user ids; null for none.</param>
/// <param name="users">Maximum number of users of the page.</param>
internal sealed class LowestMembers(long? afterUserId, int users)
{
    private const int MinCapacity = 4_096;

    // More sessions than a page has of one user, so that the page sees that there are too many.
    private static readonly int MaxSessions = RouterLimits.MaxRoomSessions(1) + 1;

    private readonly List<RoomMember> members = [];
    private int capacity = MinCapacity;

    // Sessions of higher users are beyond the page.
    private long bound = long.MaxValue;

    /// <summary>Adds sessions, in any order.</summary>
    public void Add(ReadOnlySpan<RoomMember> some)
    {
        foreach (var member in some)
        {
            if ((afterUserId is null || member.UserId > afterUserId) && member.UserId <= bound)
            {
                members.Add(member);
            }
        }

        if (members.Count >= capacity)
        {
            Trim();
            capacity = Math.Max(MinCapacity, members.Count * 2);
        }
    }

    /// <summary>The sessions, in the order of user and seq.</summary>
    public ReadOnlySpan<RoomMember> Ascending()
    {
        Trim();
        return CollectionsMarshal.AsSpan(members);
    }

    // Sorts them, removes duplicates, and keeps those of one user more than the page takes, so that the page sees that there are more.
    private void Trim()
    {
        members.Sort();
        var all = CollectionsMarshal.AsSpan(members);
        var (kept, usersKept) = (0, 0);
        foreach (var member in all)
        {
            if (kept > 0 && all[kept - 1].CompareTo(member) == 0)
            {
                continue;
            }

            if ((kept == 0 || all[kept - 1].UserId != member.UserId) && ++usersKept > users + 1)
            {
                break;
            }

            if (kept == MaxSessions)
            {
                break;
            }

            all[kept++] = member;
        }

        if (kept > 0 && (kept == MaxSessions || usersKept > users))
        {
            bound = all[kept - 1].UserId;
        }

        members.RemoveRange(kept, members.Count - kept);
    }
}
