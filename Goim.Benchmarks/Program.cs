using System.CommandLine;
using BenchmarkDotNet.Running;
using Goim.Benchmarks.Capacity;
using Goim.Benchmarks.Comet;
using Goim.Benchmarks.Compare;
using Goim.Benchmarks.Diff;
using Goim.Benchmarks.Load;
using Goim.Benchmarks.LoadTest;
using Goim.Benchmarks.Protocol;
using Goim.Benchmarks.Router;
using Goim.Benchmarks.Routing;
using Goim.Benchmarks.Scale;
using Goim.Benchmarks.Soak;
using Goim.Benchmarks.Start;
using Goim.Benchmarks.Targets;
using Goim.Benchmarks.Worker;

var micro = new Command("micro", "Runs micro-benchmarks. The arguments are BenchmarkDotNet's, such as --filter '*Bucket*'.")
{
    TreatUnmatchedTokensAsErrors = false,
};
micro.SetAction(given => BenchmarkSwitcher.FromAssembly(typeof(KafkaMsgBenchmark).Assembly).Run([.. given.UnmatchedTokens]));

var parsed = new RootCommand("Measures the speed, memory and capacity of Goim.Functions, and compares push topics.")
{
    micro,
    LoadCommand.Create(),
    LoadJobCommand.Create(),
    LoadSumCommand.Create(),
    CompareCommand.Create(),
    ScaleCommand.Create(),
    SoakCommand.Create(),
    CometCommand.Create(),
    StartCommand.Create(),
    CapacityCommand.Create(),
    EchoCommand.Create(),
    FunctionsHostCommand.Create(),
    SessionsCommand.Create(),
    RouterCommand.Create(),
    DelServerCommand.Create(),
    HangCommand.Create(),
    BrokerCommand.Create(),
    DiffTopicsCommand.Create(),
}.Parse(args);
var code = await parsed.InvokeAsync();

// A wrong argument: not 1, which diff-topics returns for a difference.
return parsed.Errors.Count > 0 && code != 0 ? 2 : code;
