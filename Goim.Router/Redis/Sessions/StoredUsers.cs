namespace Goim.Router.Redis.Sessions;

/// <summary>
/// Counts the users with a session. Redis tells how many keys have no expiry time. Those are the hashes of these users, and few others
/// (<see cref="SessionScripts"/>). Other keys in the same database count as users too.
/// </summary>
internal static class StoredUsers
{
    /// <summary>The index, rooms and servers of a bucket with a session.</summary>
    private const int KeysOfBucket = 3;

    /// <summary>The number of users with a session. Reads that run meanwhile may make it a little wrong.</summary>
    /// <param name="redis">Where the sessions are.</param>
    /// <param name="keys">The number of keys without an expiry time.</param>
    /// <param name="counts">The number of sessions of each bucket.</param>
    public static async Task<long> CountAsync(RedisConnection redis, long keys, int[] counts)
    {
        var leases = await redis.ReadAsync("ZRANGE", static database => database.SortedSetRangeByRankAsync(RedisStore.LeasesKey, 0, 0));
        var epochs = await redis.ReadAsync("HLEN", static database => database.HashLengthAsync(RedisStore.EpochsKey));
        var others = 1 + Math.Sign(leases.Length) + Math.Sign(epochs) + (KeysOfBucket * counts.Count(static count => count > 0));
        return Math.Max(0, keys - others);
    }
}
