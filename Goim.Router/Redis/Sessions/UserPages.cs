using StackExchange.Redis;

namespace Goim.Router.Redis.Sessions;

/// <summary>Reads the ids of users with a session, ascending, page by page.</summary>
internal static class UserPages
{
    private const int SessionsPerServer = 64;

    /// <summary>Number of reads under way at once.</summary>
    private const int ReadsAtOnce = 128;

    /// <summary>Reads the lowest ids above <paramref name="after"/>.</summary>
    /// <param name="redis">Where to read.</param>
    /// <param name="buckets">All buckets.</param>
    /// <param name="after">Exclusive lower bound.</param>
    /// <param name="limit">Maximum number of ids.</param>
    /// <param name="cancellationToken">Cancelled when the caller is gone.</param>
    // Reads the next few sessions of every server in every bucket. If a server may have more, the page is complete only up to the last user
    // read from that server: so the page ends at the lowest of these.
    public static async ValueTask<UserPage> ReadAsync(
        RedisConnection redis, BucketKeys[] buckets, long after, int limit, CancellationToken cancellationToken)
    {
        var servers = new List<(BucketKeys Bucket, int Server)>();
        foreach (var some in buckets.Chunk(ReadsAtOnce))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var keys = await Task.WhenAll(some.Select(bucket =>
                redis.ReadAsync("HKEYS", database => database.HashKeysAsync(bucket.Servers))));
            servers.AddRange(some.Zip(keys).SelectMany(each => each.Second.Select(field => (each.First, ServerOf(field)))));
        }

        var lowest = new LowestIds(limit);
        long? last = null;
        foreach (var some in servers.Chunk(ReadsAtOnce))
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var sessions in await Task.WhenAll(some.Select(each => ReadAsync(redis, each.Bucket, each.Server, after))))
            {
                Array.ForEach(sessions, session => lowest.Add(SessionIndex.UserIdOf(session)));
                if (sessions.Length == SessionsPerServer)
                {
                    last = Math.Min(last ?? long.MaxValue, SessionIndex.UserIdOf(sessions[^1]));
                }
            }
        }

        var users = lowest.Ascending();
        users = last is null ? users : Array.FindAll(users, userId => userId <= last);
        return new UserPage(users, users.Length == limit ? users[^1] : last);
    }

    private static Task<byte[][]> ReadAsync(RedisConnection redis, BucketKeys bucket, int server, long after) =>
        redis.ReadAsync("ZRANGEBYLEX", database => SessionIndex.ReadAsync(
            database, bucket, server, SessionIndex.EndOf(server, after), SessionsPerServer));

    private static int ServerOf(RedisValue field) => field.TryParse(out int server) ? server : throw new ForeignDataException();
}
