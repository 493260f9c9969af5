using System.CommandLine;
using Goim.Benchmarks.Load;
using Goim.Benchmarks.Targets;

namespace Goim.Benchmarks.Compare;

/// <summary>
/// <c>compare</c>: runs the same load on several targets in turns. Separate runs cannot be compared, since the speed of a machine varies
/// more than most changes to the code make.
/// </summary>
internal static class CompareCommand
{
    /// <summary>Time for a target to become idle before the next target's turn.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    public static Command Create()
    {
        var options = new LoadOptions();
        var targets = new Argument<string[]>("targets")
        {
            Arity = ArgumentArity.OneOrMore,
            Description = $"What to measure. Ratios are to the first target.\n{TargetSpec.Syntax}",
        };
        var routes = LoadOptions.Route<string[]>(
            "Route to call. May be repeated: the targets are compared on one route after the other.", ["push/all"]);
        routes.AllowMultipleArgumentsPerToken = true;
        var rounds = LoadOptions.Number(
            "--rounds",
            5,
            "Number of rounds. In each round every target has one turn, in the reverse order of the round before. One more round runs "
            + "first and is not counted.");
        var command = new Command(
            "compare",
            "Runs the same load on several targets in turns. Prints the medians of each target with their spread, and the ratios to the "
            + "first target, taken within each round. All targets are started first, each with its own broker and router nodes, and run "
            + "until the end: an idle target takes almost no CPU time, and a new process would be measured while it still compiles.")
        {
            targets, routes, rounds,
        };
        options.AddTo(command);
        command.SetAction((parsed, cancellationToken) => CommandRunner.RunAsync(async () =>
        {
            LoadRun.UseOneThread();
            var shapes = parsed.GetValue(routes)!.Select(route => options.Shape(parsed, route)).ToArray();
            var specs = parsed.GetValue(targets)!.Select(TargetSpec.Parse).ToArray();
            var started = new List<LoadTarget>();
            try
            {
                foreach (var spec in specs)
                {
                    started.Add(await LoadTarget.StartAsync(
                        spec, options.Population(parsed), options.Nodes(parsed), options.Headers(parsed), cancellationToken));
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

    private static async Task<CompareReport> RunAsync(
        LoadShape shape, List<LoadTarget> targets, int rounds, CancellationToken cancellationToken)
    {
        var results = new List<LoadReport[]>();
        for (var round = 0; round <= rounds; round++)
        {
            var reports = new LoadReport[targets.Count];
            var order = Enumerable.Range(0, targets.Count);
            foreach (var target in round % 2 == 0 ? order : order.Reverse())
            {
                reports[target] = await LoadRun.RunAsync(shape, targets[target], cancellationToken);
                await Task.Delay(Pause, cancellationToken);
            }

            results.Add(reports);
        }

        // The first round is the warm-up of all targets.
        return new CompareReport(results[1..]);
    }
}
