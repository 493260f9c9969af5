using BenchmarkDotNet.Attributes;
using Goim.Router;
using Goim.Router.Access;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Goim.Benchmarks.Router;

/// <summary>The check of the token that each call to a router node carries, while the node accepts two.</summary>
[MemoryDiagnoser]
public class NodeTokenBenchmark
{
    private static readonly string Old = new('o', 64), New = new('n', 64);
    private readonly NodeTokens tokens = new(Options.Create(new RouterNodeOptions { Token = $"{Old},{New}" }));
    private readonly StringValues accepted = $"Bearer {New}", refused = $"Bearer {new string('x', 64)}";

    [Benchmark]
    public bool Accept() => tokens.Accept(accepted);

    [Benchmark]
    public bool Refuse() => tokens.Accept(refused);
}
