using BenchmarkDotNet.Attributes;
using Goim.Protocol;
using Goim.Router;
using Goim.Router.Memory;
using Microsoft.Extensions.Options;

namespace Goim.Benchmarks.Router;

/// <summary>Lookups of 500 random users of a router node's memory, in one call. Each user has one session.</summary>
[MemoryDiagnoser]
public class PackedLookupBenchmark
{
    private const int UsersPerCall = 500, Calls = 1_000;
    private readonly MemorySessions sessions = new(Options.Create(new RouterNodeOptions()), TimeProvider.System);
    private readonly long[][] calls = new long[Calls][];
    private int call;

    [Params(50_000, 1_000_000)]
    public int Users { get; set; }

    [GlobalSetup]
    public async Task SetUpAsync()
    {
        for (var i = 1; i <= Users; i++)
        {
            await sessions.PutAsync(new PutArg { UserId = i, Server = i % 10, RoomId = i % 1_000 });
        }

        var random = new Random(1);
        for (var i = 0; i < Calls; i++)
        {
            calls[i] = [.. Enumerable.Range(0, UsersPerCall).Select(_ => random.NextInt64(1, Users + 1))];
        }
    }

    [Benchmark(OperationsPerInvoke = UsersPerCall)]
    public ValueTask<PackedMGetReply?> Lookup() =>
        sessions.GetPackedAsync(calls[call++ % Calls], RouterLimits.MaxSessions(UsersPerCall), CancellationToken.None);
}
