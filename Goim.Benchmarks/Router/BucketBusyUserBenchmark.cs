using BenchmarkDotNet.Attributes;
using Goim.Protocol;
using Goim.Router;
using Goim.Router.Memory;

namespace Goim.Benchmarks.Router;

/// <summary>Puts and deletions of one user with many sessions, in a bucket with 100,000 other users.</summary>
public class BucketBusyUserBenchmark
{
    private const int Users = 100_000;
    private readonly PutArg put = new() { UserId = 0, Server = 3, RoomId = 1 };
    private Bucket bucket = null!;
    private int seq;

    [Params(1, 100, 10_000, 100_000)]
    public int UserSessions { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        bucket = new(new MonotonicClock(TimeProvider.System), new RouterNodeOptions { MaxSessionsPerUser = 0 }, maxRequests: 1_000);
        for (var i = 1; i <= Users; i++)
        {
            bucket.Put(new PutArg { UserId = i, Server = i % 10, RoomId = i % 1_000 });
        }

        for (var i = 0; i < UserSessions; i++)
        {
            bucket.Put(put);
        }
    }

    [Benchmark]
    public bool PutAndDel() => bucket.Del(0, bucket.Put(put).Seq, long.MaxValue);

    /// <summary>Adds a session and deletes the oldest one, so that the number of sessions stays the same.</summary>
    [Benchmark]
    public bool PutAndDelOldest()
    {
        bucket.Put(put);
        return bucket.Del(0, ++seq, long.MaxValue);
    }
}
