using Goim.Protocol;
using StackExchange.Redis;

namespace Goim.Router.Redis.Sessions;

/// <summary>Reads the sessions of many users.</summary>
// A command for each user, not a script for many: Lua takes several times as long for a user with many sessions, and Redis serves other
// calls between two commands.
internal static class UserReads
{
    /// <summary>
    /// Number of users that are read at once. Their number of sessions is not known before. While they are counted, as many more are read.
    /// </summary>
    private const int UsersAtOnce = 64;

    /// <summary>As <see cref="ISessions.GetAsync(IReadOnlyList{long}, int, CancellationToken)"/>.</summary>
    public static async ValueTask<IReadOnlyList<GetReply>> ReadAsync(
        RedisConnection redis,
        Func<long, RedisKey> keyOf,
        IReadOnlyList<long> userIds,
        int maxSessions,
        CancellationToken cancellationToken)
    {
        var replies = new List<GetReply>(userIds.Count);
        var (next, left) = (BeginAsync(0), maxSessions);
        for (var read = 0; read < userIds.Count; read += UsersAtOnce)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var reading = next;
            next = BeginAsync(read + UsersAtOnce);
            foreach (var user in await reading)
            {
                left -= user.Seqs.Count;
                if (left < 0)
                {
                    return replies;
                }

                replies.Add(user);
            }
        }

        return replies;

        Task<GetReply[]> BeginAsync(int start)
        {
            var reads = new Task<GetReply>[Math.Clamp(userIds.Count - start, 0, UsersAtOnce)];
            for (var i = 0; i < reads.Length; i++)
            {
                reads[i] = ReadAsync(redis, keyOf(userIds[start + i]));
            }

            return Task.WhenAll(reads);
        }
    }

    private static async Task<GetReply> ReadAsync(RedisConnection redis, RedisKey key) =>
        UserHash.Sessions(await redis.ReadAsync("HGETALL", database => database.HashGetAllAsync(key)));
}
