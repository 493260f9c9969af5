using BenchmarkDotNet.Attributes;
using Goim.Logic.Push;

namespace Goim.Benchmarks.Push;

/// <summary>Removes repeated user ids. The baseline is HashSet.</summary>
[MemoryDiagnoser]
public class UserIdsBenchmark
{
    private long[] added = [];

    [Params(1_000, 100_000)]
    public int Users { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        var random = new Random(1);
        added = [.. Enumerable.Range(0, Users).Select(_ => random.NextInt64(Users))];
    }

    [Benchmark]
    public int InPooledSlots()
    {
        using var userIds = new UserIds();
        foreach (var userId in added)
        {
            userIds.Add(userId);
        }

        userIds.MakeDistinct();
        return userIds.Count;
    }

    [Benchmark(Baseline = true)]
    public int InHashSet()
    {
        var seen = new HashSet<long>(added.Length);
        var userIds = added.ToList();
        userIds.RemoveAll(userId => !seen.Add(userId));
        return userIds.Count;
    }
}
