using System.CommandLine;
using BenchmarkDotNet.Running;
using Goim.Benchmarks.Load;
using Goim.Benchmarks.Protocol;

var micro = new Command("micro", "Micro-benchmarks; the arguments are BenchmarkDotNet's.") { TreatUnmatchedTokensAsErrors = false };
micro.SetAction(parsed => BenchmarkSwitcher.FromAssembly(typeof(KafkaMsgBenchmark).Assembly).Run([.. parsed.UnmatchedTokens]));

return await new RootCommand("Measures Goim.Functions.") { micro, LoadCommand.Create(), SessionsCommand.Create(), BrokerCommand.Create() }.Parse(args).InvokeAsync();
