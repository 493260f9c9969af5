using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Goim.Benchmarks.Load;
using Goim.Benchmarks.Targets;

namespace Goim.Benchmarks.Scale;

/// <summary><c>scale</c>: how cost grows with each thing that there can be more of, as a table and a chart.</summary>
internal static class ScaleCommand
{
    public static Command Create()
    {
        var options = new LoadOptions();
        var only = new Option<string[]>("--sweep") { Description = "What to let grow; everything unless given. May be repeated.", AllowMultipleArgumentsPerToken = true };
        only.AcceptOnlyFromAmong([.. Sweep.All.Select(sweep => sweep.Name)]);
        var svg = new Option<string>("--svg") { DefaultValueFactory = _ => "scale.svg", Description = "File to draw the chart to." };
        var from = new Option<string?>("--from") { Description = "File that --json has written: its figures are drawn too, and nothing is measured but what --sweep names." };
        var command = new Command(
            "scale",
            "Measures this build at four sizes each of users, users per push, sessions per user, rooms, bytes of a message and connections, the rest as in load's defaults, and prints and draws latency and CPU time in microseconds a request. A few sizes need a million users: some 2 GB of memory. Takes about eight minutes.") { only, svg, from };
        options.AddTo(command, hasShape: false);
        command.SetAction((parsed, cancellationToken) => Failing.AsSentence(async () =>
        {
            var points = parsed.GetValue(from) is { } file ? JsonSerializer.Deserialize<List<ScalePoint>>(await File.ReadAllTextAsync(file, cancellationToken), JsonSerializerOptions.Web)! : new List<ScalePoint>();
            var names = parsed.GetValue(only) is { Length: > 0 } chosen ? chosen : points.Count > 0 ? [] : [.. Sweep.All.Select(sweep => sweep.Name)];
            points.RemoveAll(point => names.Contains(point.Sweep, StringComparer.Ordinal));
            Array.ForEach([.. points], Print);
            await MeasureAsync([.. Sweep.All.Where(sweep => names.Contains(sweep.Name, StringComparer.Ordinal))], points, options, parsed, cancellationToken);
            await File.WriteAllTextAsync(parsed.GetValue(svg)!, Chart.Draw(points), cancellationToken);
            await options.WriteJsonAsync(parsed, points, cancellationToken);
            return points.All(point => point.Failed == 0) ? 0 : 1;
        }));
        return command;
    }

    private static async Task MeasureAsync(Sweep[] sweeps, List<ScalePoint> points, LoadOptions options, ParseResult parsed, CancellationToken cancellationToken)
    {
        LoadRun.UseOneThread();
        LoadTarget? target = null;
        try
        {
            foreach (var (sweep, size) in sweeps.SelectMany(sweep => sweep.Sizes.Select(size => (sweep, size))))
            {
                if (target?.Population != sweep.Population(size))
                {
                    await (target?.DisposeAsync() ?? ValueTask.CompletedTask);
                    target = null;
                    target = await LoadTarget.StartAsync(TargetSpec.Parse("this"), sweep.Population(size), options.Nodes(parsed), [], cancellationToken);
                }

                points.Add(Point(sweep, size, await LoadRun.RunAsync(sweep.Shape(size, options.WarmUp(parsed), options.Duration(parsed)), target, cancellationToken)));
                Print(points[^1]);
            }
        }
        finally
        {
            await (target?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
    }

    private static ScalePoint Point(Sweep sweep, int size, LoadReport report)
    {
        var routers = report.Usage.Skip(1).Where(LoadReport.IsTargets).ToArray();
        return new ScalePoint(
            sweep.Name, size, report.RequestsPerSecond, report.Ms(50) * 1_000, Microseconds(report.AppCpu!.Value), Microseconds(report.TargetCpu!.Value - report.AppCpu!.Value),
            report.Usage[0].ResidentPeak / 1_000_000.0, routers.Sum(router => router.ResidentPeak) / 1_000_000.0, report.Failed);
    }

    // From seconds per 100,000 requests.
    private static double Microseconds(double seconds) => seconds * 10;

    // Each as soon as it is there: all take minutes.
    private static void Print(ScalePoint point)
    {
        var sweep = Sweep.All.Single(sweep => sweep.Name == point.Sweep);
        if (point.Size == sweep.Sizes[0])
        {
            Console.WriteLine($"{sweep.Route}: {sweep.Axis}");
            Console.WriteLine("      size   requests/s     p50 us   CPU us, app   CPU us, routers   MB, app   MB, routers   failed");
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{point.Size,10} {point.RequestsPerSecond,12:0.#} {point.Latency,10:0} {point.AppCpu,13:0.0} {point.RouterCpu,17:0.0} {point.AppMegabytes,9:0} {point.RouterMegabytes,13:0} {point.Failed,8}"));
    }
}
