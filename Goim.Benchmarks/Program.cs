using System.CommandLine;
using BenchmarkDotNet.Running;
using Goim.Benchmarks.Capacity;
using Goim.Benchmarks.Compare;
using Goim.Benchmarks.Load;
using Goim.Benchmarks.Protocol;
using Goim.Benchmarks.Router;
using Goim.Benchmarks.Scale;
using Goim.Benchmarks.Start;
using Goim.Benchmarks.Targets;

var micro = new Command("micro", "Micro-benchmarks; the arguments are BenchmarkDotNet's.") { TreatUnmatchedTokensAsErrors = false };
micro.SetAction(parsed => BenchmarkSwitcher.FromAssembly(typeof(KafkaMsgBenchmark).Assembly).Run([.. parsed.UnmatchedTokens]));

return await new RootCommand("Measures Goim.Functions.")
{
    micro,
    LoadCommand.Create(),
    CompareCommand.Create(),
    ScaleCommand.Create(),
    StartCommand.Create(),
    CapacityCommand.Create(),
    EchoCommand.Create(),
    SessionsCommand.Create(),
    RouterCommand.Create(),
    DelServerCommand.Create(),
    BrokerCommand.Create(),
}.Parse(args).InvokeAsync();
