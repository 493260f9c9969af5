using StackExchange.Redis;

namespace Goim.Router.Redis.Sessions;

/// <summary>
/// Deletes the sessions of one comet server in many short scripts, so that Redis serves other calls in between. A cancelled deletion keeps
/// what it has deleted; when it is repeated, the rest is deleted.
/// </summary>
/// <param name="redis">Where the sessions are.</param>
/// <param name="server">Id of the comet server.</param>
/// <param name="age">How long ago the deletion was asked for.</param>
/// <param name="expiryMs">How long a user without a session is remembered.</param>
/// <param name="time">Tells how old the deletion has become.</param>
/// <param name="beforeFirst">Awaited once, before the first session is deleted.</param>
internal sealed class ServerDeletion(
    RedisConnection redis, int server, TimeSpan age, long expiryMs, TimeProvider time, Func<ValueTask> beforeFirst)
{
    private const int SessionsPerScript = 32;

    /// <summary>Number of buckets that are deleted from concurrently: enough that Redis always has a script to run.</summary>
    private const int ConcurrentBuckets = 2;

    private readonly long began = time.GetTimestamp();
    private readonly Lazy<Task> first = new(() => beforeFirst().AsTask());

    /// <exception cref="TooFewReplicasException">All is deleted, but too few replicas have confirmed it.</exception>
    public async ValueTask RunAsync(BucketKeys[] buckets, CancellationToken cancellationToken)
    {
        var write = redis.BeginWrite();
        await Parallel.ForEachAsync(
            buckets,
            new ParallelOptions { MaxDegreeOfParallelism = ConcurrentBuckets, CancellationToken = cancellationToken },
            (bucket, cancellation) => new ValueTask(RunAsync(write, bucket, cancellation)));

        // Not before all is deleted: otherwise a repeat would wait in the same bucket again.
        await Task.WhenAll(buckets.Select(bucket => redis.WaitForReplicasAsync(write, bucket.Index)));
    }

    private async Task RunAsync(RedisWrite write, BucketKeys bucket, CancellationToken cancellationToken)
    {
        var reading = ReadAsync(bucket, SessionIndex.StartOf(server));
        while (reading is not null)
        {
            var members = await reading;
            cancellationToken.ThrowIfCancellationRequested();

            // Reads on while these are deleted.
            reading = members.Length == SessionsPerScript ? ReadAsync(bucket, members[^1]) : null;
            if (members.Length > 0 && !await DeleteAsync(write, bucket, members))
            {
                await first.Value;

                // A node that was frozen finds a call that its caller has given up long ago. It learns that a moment after it has begun.
                cancellationToken.ThrowIfCancellationRequested();
                await DeleteAsync(write, bucket, members);
            }
        }
    }

    private Task<byte[][]> ReadAsync(BucketKeys bucket, byte[] after) =>
        redis.ReadAsync(
            "ZRANGEBYLEX", database => SessionIndex.ReadAsync(database, bucket, server, after, SessionsPerScript));

    // False if it found a session to delete before beforeFirst has been awaited. Then it has deleted nothing.
    private async Task<bool> DeleteAsync(RedisWrite write, BucketKeys bucket, byte[][] members)
    {
        var ageNow = (age + time.GetElapsedTime(began)).TotalMilliseconds;
        var mayDelete = first.IsValueCreated && first.Value.IsCompletedSuccessfully;
        var keys = new List<RedisKey> { bucket.Rooms, bucket.Servers, bucket.Index, bucket.Members, bucket.Users };
        var values = new List<RedisValue> { server, ageNow, expiryMs, mayDelete ? 1 : 0 };
        long? lastUser = null;
        foreach (var member in members)
        {
            var user = SessionIndex.UserIdOf(member);
            if (user != lastUser)
            {
                keys.Add(bucket.User(user));
                lastUser = user;
            }

            values.Add(keys.Count);
            values.Add(SessionIndex.User(user));
            values.Add(SessionIndex.SeqOf(member));
        }

        return (int)await redis.RunAsync(write, SessionScripts.DelServer, [.. keys], [.. values]) == 1;
    }
}
