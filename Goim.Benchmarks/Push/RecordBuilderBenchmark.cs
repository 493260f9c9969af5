using BenchmarkDotNet.Attributes;
using Goim.Logic.Delivery;
using Goim.Logic.Push;
using Goim.Logic.Routing.Lookup;
using Goim.Protocol;

namespace Goim.Benchmarks.Push;

/// <summary>Plans a push to users with one session each, on ten comet servers.</summary>
[MemoryDiagnoser]
public class RecordBuilderBenchmark
{
    private const int Servers = 10;
    private readonly byte[] message = new byte[100];
    private PackedUsers users;

    [Params(1, 1_000, 100_000)]
    public int Users { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        var reply = new PackedMGetReply();
        for (var i = 0; i < Users; i++)
        {
            reply.Counts.Add(1);
            reply.Seqs.Add(1);
            reply.Servers.Add(i % Servers);
        }

        users = new PackedUsers(Enumerable.Range(1_000_000, Users).Select(user => (long)user).ToArray(), reply);
    }

    [Benchmark]
    public int Plan()
    {
        var builder = new RecordBuilder(new RecordSize(1_000_000), message);
        builder.Add(users);
        return builder.Build().Is(out var plan, out _) ? plan.Records.Length : 0;
    }
}
