using System.CommandLine;
using BenchmarkDotNet.Running;
using Goim.Benchmarks.Capacity;
using Goim.Benchmarks.Comet;
using Goim.Benchmarks.Compare;
using Goim.Benchmarks.Load;
using Goim.Benchmarks.Protocol;
using Goim.Benchmarks.Router;
using Goim.Benchmarks.Routing;
using Goim.Benchmarks.Scale;
using Goim.Benchmarks.Soak;
using Goim.Benchmarks.Start;
using Goim.Benchmarks.Targets;

var micro = new Command("micro", "Runs micro-benchmarks. The arguments are BenchmarkDotNet's, such as --filter '*Bucket*'.")
{
    TreatUnmatchedTokensAsErrors = false,
};
micro.SetAction(parsed => BenchmarkSwitcher.FromAssembly(typeof(KafkaMsgBenchmark).Assembly).Run([.. parsed.UnmatchedTokens]));

return await new RootCommand("Measures the speed, memory and capacity of Goim.Functions.")
{
    micro,
    LoadCommand.Create(),
    CompareCommand.Create(),
    ScaleCommand.Create(),
    SoakCommand.Create(),
    CometCommand.Create(),
    StartCommand.Create(),
    CapacityCommand.Create(),
    EchoCommand.Create(),
    SessionsCommand.Create(),
    RouterCommand.Create(),
    DelServerCommand.Create(),
    HangCommand.Create(),
    BrokerCommand.Create(),
}.Parse(args).InvokeAsync();
