using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Goim.Logic.Routing.Ring;

namespace Goim.Benchmarks.Routing;

/// <summary>Finds the router node of one user and of a thousand users. The baseline is .NET's SHA-1 of one user id.</summary>
[MemoryDiagnoser]
public class KetamaRingBenchmark
{
    private const int Users = 1_000;
    private readonly KetamaRing ring = new(["1", "2", "3"]);
    private readonly long[] userIds = [.. Enumerable.Range(1_000_000, Users).Select(user => (long)user)];
    private readonly ushort[] nodes = new ushort[Users];
    private long userId = 1_000_000;

    [Benchmark]
    public int NodeOf() => ring.NodeOf(userId++);

    [Benchmark(OperationsPerInvoke = Users)]
    public ushort NodesOf()
    {
        ring.NodesOf(userIds, nodes);
        return nodes[0];
    }

    [Benchmark(Baseline = true)]
    public uint HashData()
    {
        Span<byte> text = stackalloc byte[20];
        Utf8Formatter.TryFormat(userId++, text, out var length);
        Span<byte> digest = stackalloc byte[SHA1.HashSizeInBytes];
#pragma warning disable CA5350 // Weak algorithm: goim's ring is defined with SHA-1.
        SHA1.HashData(text[..length], digest);
#pragma warning restore CA5350
        return BinaryPrimitives.ReadUInt32BigEndian(digest[^4..]);
    }
}
