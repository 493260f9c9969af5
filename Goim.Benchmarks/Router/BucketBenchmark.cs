using BenchmarkDotNet.Attributes;
using Goim.Router.Memory;
using Google.Protobuf.Collections;

namespace Goim.Benchmarks.Router;

/// <summary>Calls to one bucket of a router node's memory, with 100,000 users that have one session each.</summary>
[MemoryDiagnoser]
public class BucketBenchmark
{
    private const int Users = 100_000;
    private readonly Bucket bucket = new(TimeProvider.System, TimeSpan.FromHours(1));
    private readonly RepeatedField<int> seqs = [], servers = [];
    private long userId;

    [GlobalSetup]
    public void SetUp()
    {
        for (var i = 1; i <= Users; i++)
        {
            bucket.Put(i, i % 10, i % 1_000, 0);
        }
    }

    [Benchmark]
    public int Get()
    {
        seqs.Clear();
        servers.Clear();
        return bucket.Get(Next(), seqs, servers);
    }

    /// <summary>Adds a session and deletes it, so that the number of sessions stays the same.</summary>
    [Benchmark]
    public bool PutAndDel()
    {
        var user = Next();
        return bucket.Del(user, bucket.Put(user, 3, 1, 0), 0);
    }

    [Benchmark]
    public int RoomCount() => bucket.Count(static counts => counts.Rooms[1]);

    private long Next() => userId = (userId % Users) + 1;
}
