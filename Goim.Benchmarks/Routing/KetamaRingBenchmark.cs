using BenchmarkDotNet.Attributes;
using Goim.Logic.Routing;

namespace Goim.Benchmarks.Routing;

/// <summary>Finding the node of a user.</summary>
[MemoryDiagnoser]
public class KetamaRingBenchmark
{
    private readonly KetamaRing ring = new(["1", "2", "3"]);
    private long userId = 1_000_000;

    [Benchmark]
    public int NodeOf() => ring.NodeOf(userId++);
}
