using BenchmarkDotNet.Attributes;
using Goim.Protocol;

namespace Goim.Benchmarks.Protocol;

/// <summary>Formats and parses a sub key.</summary>
[MemoryDiagnoser]
public class SubKeyBenchmark
{
    private readonly byte[] text = new byte[KafkaMsg.MaxSubKeyLength];
    private readonly string written = "1000000_1";
    private long userId = 1_000_000;

    [Benchmark]
    public int Format() => KafkaMsg.FormatSubKey(new SubKey(userId++, 1), text);

    [Benchmark]
    public int Length() => new SubKey(userId++, 1).Length;

    [Benchmark]
    public bool Parse() => SubKey.TryParse(written, out _);
}
