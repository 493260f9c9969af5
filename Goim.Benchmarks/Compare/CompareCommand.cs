using System.CommandLine;
using Goim.Benchmarks.Load;
using Goim.Benchmarks.Targets;

namespace Goim.Benchmarks.Compare;

/// <summary><c>compare</c>: the same load on several targets in turns, since what a machine gives swings by more than most changes do.</summary>
internal static class CompareCommand
{
    /// <summary>For a target to come to rest before the next one's turn.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(300);

    public static Command Create()
    {
        var options = new LoadOptions();
        var targets = new Argument<string[]>("targets") { Arity = ArgumentArity.OneOrMore, Description = $"What to measure; ratios are to the first.\n{TargetSpec.Syntax}" };
        var routes = LoadOptions.Route<string[]>("What to call. May be repeated: the targets are compared on one route after the other.", ["push/all"]);
        routes.AllowMultipleArgumentsPerToken = true;
        var rounds = LoadOptions.Number("--rounds", 5, "Rounds that count. In each every target has one turn, in the reverse order of the round before; one more round goes before and does not count.");
        var command = new Command(
            "compare",
            "Runs the same load on several targets in turns and prints each one's medians with their spread, and the ratios to the first target round by round. All targets are started first and stay alive, each with a broker and router nodes of its own: a target that is idle takes memory and next to no CPU time, and one that was started anew would be measured while it still compiles.") { targets, routes, rounds };
        options.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Failing.AsSentence(async () =>
        {
            LoadRun.UseOneThread();
            var shapes = parsed.GetValue(routes)!.Select(route => options.Shape(parsed, route)).ToArray();
            var specs = parsed.GetValue(targets)!.Select(TargetSpec.Parse).ToArray();
            var started = new List<LoadTarget>();
            try
            {
                foreach (var spec in specs)
                {
                    started.Add(await LoadTarget.StartAsync(spec, options.Population(parsed), options.Nodes(parsed), options.Headers(parsed), cancellationToken));
                }

                Console.WriteLine($"{options.Population(parsed)}, {Environment.ProcessorCount} processors");
                var reports = new List<CompareReport>();
                foreach (var shape in shapes)
                {
                    reports.Add(await RunAsync(shape, started, parsed.GetValue(rounds), cancellationToken));
                    Console.WriteLine();
                    reports[^1].Print(Console.Out);
                }

                await options.WriteJsonAsync(parsed, reports.Select(report => report.ToJson()), cancellationToken);
                return reports.All(report => report.Failed == 0) ? 0 : 1;
            }
            finally
            {
                foreach (var target in started)
                {
                    await target.DisposeAsync();
                }
            }
        }));
        return command;
    }

    private static async Task<CompareReport> RunAsync(LoadShape shape, List<LoadTarget> targets, int rounds, CancellationToken cancellationToken)
    {
        var done = new List<LoadReport[]>();
        for (var round = 0; round <= rounds; round++)
        {
            var reports = new LoadReport[targets.Count];
            foreach (var target in round % 2 == 0 ? Enumerable.Range(0, targets.Count) : Enumerable.Range(0, targets.Count).Reverse())
            {
                reports[target] = await LoadRun.RunAsync(shape, targets[target], cancellationToken);
                await Task.Delay(Rest, cancellationToken);
            }

            done.Add(reports);
        }

        return new CompareReport(done[1..]);
    }
}
