using Goim.Protocol;

namespace Goim.Router.Memory;

/// <summary>Reads the users of a room, page by page, in the order of bucket and user id.</summary>
internal static class MemoryRoomPages
{
    /// <summary>As <see cref="ISessions.RoomUsersAsync"/>.</summary>
    public static async ValueTask<RoomUsersReply> ReadAsync(
        Bucket[] buckets, int roomId, long? afterUserId, int limit, CancellationToken cancellationToken)
    {
        var page = new RoomPage(roomId, limit);
        var slice = new RoomMember[Slice.Size];
        var after = afterUserId;
        for (var i = after is { } id ? (int)((ulong)id % (ulong)buckets.Length) : 0; i < buckets.Length; i++, after = null)
        {
            if (page.IsFull)
            {
                page.SetMore();
                break;
            }

            var lowest = new LowestMembers(after, page.UsersLeft);
            for (var cursor = MembersByRoom.Start; cursor != 0;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                cursor = buckets[i].ReadRoom(roomId, cursor, slice, out var count);
                lowest.Add(slice.AsSpan(0, count));
                if (cursor != 0)
                {
                    await Task.Yield();
                }
            }

            page.Add(lowest.Ascending());
        }

        return page.Reply;
    }
}
