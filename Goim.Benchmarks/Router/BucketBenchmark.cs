using BenchmarkDotNet.Attributes;
using Goim.Protocol;
using Goim.Router;
using Goim.Router.Memory;
using Google.Protobuf.Collections;

namespace Goim.Benchmarks.Router;

/// <summary>Calls to one bucket of a router node's memory, with 100,000 users that have one session each.</summary>
[MemoryDiagnoser]
public class BucketBenchmark
{
    private const int Users = 100_000;
    private readonly Bucket bucket = new(new MonotonicClock(TimeProvider.System), new RouterNodeOptions(), maxRequests: 1_000);
    private readonly PutArg put = new() { Server = 3, RoomId = 1 };
    private readonly RepeatedField<int> seqs = [], servers = [];
    private long userId;

    [GlobalSetup]
    public void SetUp()
    {
        for (var i = 1; i <= Users; i++)
        {
            bucket.Put(new PutArg { UserId = i, Server = i % 10, RoomId = i % 1_000 });
        }
    }

    [Benchmark]
    public int Get()
    {
        seqs.Clear();
        servers.Clear();
        return bucket.Lookup.Get(Next(), seqs, servers, int.MaxValue);
    }

    /// <summary>Adds a session and deletes it, so that the number of sessions stays the same.</summary>
    [Benchmark]
    public bool PutAndDel()
    {
        put.UserId = Next();
        return bucket.Del(put.UserId, bucket.Put(put).Seq, long.MaxValue);
    }

    [Benchmark]
    public int RoomCount() => bucket.Count(static users => users.Rooms[1]);

    private long Next() => userId = (userId % Users) + 1;
}
