using StackExchange.Redis;

namespace Goim.Router.Redis;

/// <summary>Reads the ids of users with a session, ascending, page by page.</summary>
internal static class UserPages
{
    private const int UsersPerSet = 64;

    /// <summary>Reads the ids above <paramref name="after"/>. Last is null if there are no more after them.</summary>
    // Reads the next few users of every server's set in every bucket. If a set may have more, the page is complete only up to the last user
    // read from that set: so the page ends at the lowest of these.
    public static async Task<(long[] Users, long? Last)> ReadAsync(IDatabase database, BucketKeys[] buckets, long after)
    {
        var servers = await Task.WhenAll(buckets.Select(bucket => database.HashKeysAsync(bucket.Servers)));
        var sets = await Task.WhenAll(buckets.SelectMany((bucket, i) => servers[i].Select(server =>
            database.SortedSetRangeByValueAsync(
                bucket.Server((int)server), BucketKeys.Member(after), default, Exclude.Start, Order.Ascending, 0, UsersPerSet))));
        var users = new SortedSet<long>();
        long? last = null;
        foreach (var set in sets)
        {
            users.UnionWith(set.Select(member => BucketKeys.UserId(member!)));
            if (set.Length == UsersPerSet)
            {
                last = Math.Min(last ?? long.MaxValue, BucketKeys.UserId(set[^1]!));
            }
        }

        return ([.. last is null ? users : users.GetViewBetween(long.MinValue, last.Value)], last);
    }
}
