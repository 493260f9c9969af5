using Goim.Protocol;

namespace Goim.Router.Redis.Sessions;

/// <summary>Reads the users of a room, page by page, in the order of bucket and user id.</summary>
internal static class RedisRoomPages
{
    private const int MinSessionsPerRead = 64, MaxSessionsPerRead = 1_024;

    /// <summary>Number of buckets that are read at once, where each has few sessions in the room.</summary>
    private const int MaxBucketsAtOnce = 32;

    /// <summary>As <see cref="ISessions.RoomUsersAsync"/>.</summary>
    public static async ValueTask<RoomUsersReply> ReadAsync(
        RedisConnection redis, BucketKeys[] buckets, int roomId, long? afterUserId, int limit, CancellationToken cancellationToken)
    {
        var page = new RoomPage(roomId, limit);
        var next = afterUserId is { } id ? (int)((ulong)id % (ulong)buckets.Length) : 0;
        var start = afterUserId is { } user ? RoomIndex.EndOf(roomId, user) : RoomIndex.StartOf(roomId);
        for (var atOnce = 1; next < buckets.Length;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var size = Math.Clamp(page.UsersLeft + 1, MinSessionsPerRead, MaxSessionsPerRead);
            var some = buckets[next..Math.Min(next + atOnce, buckets.Length)];
            var first = await Task.WhenAll(some.Select(bucket => ReadAsync(bucket, start, size)));
            for (var i = 0; i < some.Length; i++)
            {
                if (page.IsFull)
                {
                    page.SetMore();
                    return page.Reply;
                }

                await AddAsync(page, some[i], first[i], size);
            }

            (next, atOnce, start) = (next + some.Length, Math.Min(atOnce * 2, MaxBucketsAtOnce), RoomIndex.StartOf(roomId));
        }

        return page.Reply;

        Task<byte[][]> ReadAsync(BucketKeys bucket, byte[] after, int count) =>
            redis.ReadAsync("ZRANGEBYLEX", database => RoomIndex.ReadAsync(database, bucket, roomId, after, count));

        // Adds the rest of a bucket, of which the first members have been read.
        async Task AddAsync(RoomPage page, BucketKeys bucket, byte[][] members, int count)
        {
            while (page.Add(Array.ConvertAll(members, static member => RoomIndex.MemberOf(member))) && members.Length == count)
            {
                cancellationToken.ThrowIfCancellationRequested();
                members = await ReadAsync(bucket, members[^1], count);
            }
        }
    }
}
