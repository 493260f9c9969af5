using StackExchange.Redis;

namespace Goim.Router.Redis.Sessions;

/// <summary>Reads the ids of users with a session, ascending, page by page.</summary>
internal static class UserPages
{
    private const int SessionsPerServer = 64;

    /// <summary>Reads the ids above <paramref name="after"/>. Last is null if there are no more after them.</summary>
    // Reads the next few sessions of every server in every bucket. If a server may have more, the page is complete only up to the last user
    // read from that server: so the page ends at the lowest of these.
    public static async Task<(long[] Users, long? Last)> ReadAsync(RedisConnection redis, BucketKeys[] buckets, long after)
    {
        var servers = await Task.WhenAll(buckets.Select(bucket => redis.ReadAsync(database => database.HashKeysAsync(bucket.Servers))));
        var pages = await Task.WhenAll(buckets.SelectMany((bucket, i) => servers[i].Select(ServerOf).Select(server =>
            redis.ReadAsync(database => SessionIndex.ReadAsync(
                database, bucket, server, SessionIndex.EndOf(server, after), SessionsPerServer)))));
        var users = new SortedSet<long>();
        long? last = null;
        foreach (var sessions in pages)
        {
            users.UnionWith(sessions.Select(session => SessionIndex.UserIdOf(session)));
            if (sessions.Length == SessionsPerServer)
            {
                last = Math.Min(last ?? long.MaxValue, SessionIndex.UserIdOf(sessions[^1]));
            }
        }

        return ([.. last is null ? users : users.GetViewBetween(long.MinValue, last.Value)], last);
    }

    private static int ServerOf(RedisValue field) => field.TryParse(out int server) ? server : throw new ForeignDataException();
}
