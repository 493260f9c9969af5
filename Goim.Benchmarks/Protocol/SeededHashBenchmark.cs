using BenchmarkDotNet.Attributes;
using Goim.Protocol;

namespace Goim.Benchmarks.Protocol;

/// <summary>The hash of user ids that callers choose, and a set of them. The baselines are .NET's.</summary>
public class SeededHashBenchmark
{
    private const int Ids = 10_000;

    private readonly long[] ids = [.. Enumerable.Range(1, Ids).Select(id => (long)id * 7)];

    [Benchmark(Baseline = true, OperationsPerInvoke = Ids)]
    public int HashCodeOfHalves()
    {
        var sum = 0;
        foreach (var id in ids)
        {
            sum += HashCode.Combine((int)id, (int)(id >> 32));
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Ids)]
    public int Seeded()
    {
        var sum = 0;
        foreach (var id in ids)
        {
            sum += SeededHash.Of(id);
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Ids)]
    public int Set() => Filled(new HashSet<long>(Ids));

    [Benchmark(OperationsPerInvoke = Ids)]
    public int SeededSet() => Filled(new HashSet<long>(Ids, SeededLongComparer.Instance));

    private int Filled(HashSet<long> set)
    {
        foreach (var id in ids)
        {
            set.Add(id);
        }

        return set.Count;
    }
}
