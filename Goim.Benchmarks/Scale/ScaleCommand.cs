using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Goim.Benchmarks.Load;
using Goim.Benchmarks.Targets;

namespace Goim.Benchmarks.Scale;

/// <summary><c>scale</c>: measures how latency and CPU time grow with each parameter, as a table and a chart.</summary>
internal static class ScaleCommand
{
    public static Command Create()
    {
        var options = new LoadOptions();
        var only = new Option<string[]>("--sweep")
        {
            Description = "Parameter to vary. May be repeated. Default: all.",
            AllowMultipleArgumentsPerToken = true,
        };
        only.AcceptOnlyFromAmong([.. Sweep.All.Select(sweep => sweep.Name)]);
        var svg = new Option<string>("--svg") { DefaultValueFactory = _ => "scale.svg", Description = "File to write the chart to." };
        var from = new Option<string?>("--from")
        {
            Description = "File that --json has written. Draws its results too, and measures only the parameters of --sweep.",
        };
        var command = new Command(
            "scale",
            "Measures this build at four sizes each of users, users per push, sessions per user, rooms, bytes per message and connections; "
            + "the other options have the defaults of load. Prints and draws latency and CPU time in microseconds per request. Some sizes "
            + "have a million users, which take about 2 GB of memory. The command takes about eight minutes.")
        {
            only, svg, from,
        };
        options.AddTo(command, hasShape: false);
        command.SetAction((parsed, cancellationToken) => CommandRunner.RunAsync(async () =>
        {
            var points = parsed.GetValue(from) is { } file ? await ReadAsync(file, cancellationToken) : [];
            string[] all = [.. Sweep.All.Select(sweep => sweep.Name)];
            var names = parsed.GetValue(only) is { Length: > 0 } chosen ? chosen : points.Count > 0 ? [] : all;
            points.RemoveAll(point => names.Contains(point.Sweep, StringComparer.Ordinal));
            Array.ForEach([.. points], Print);
            Sweep[] sweeps = [.. Sweep.All.Where(sweep => names.Contains(sweep.Name, StringComparer.Ordinal))];
            await MeasureAsync(sweeps, points, options, parsed, cancellationToken);
            await File.WriteAllTextAsync(parsed.GetValue(svg)!, Chart.Draw(points), cancellationToken);
            await options.WriteJsonAsync(parsed, points, cancellationToken);
            return points.All(point => point.Failed == 0) ? 0 : 1;
        }));
        return command;
    }

    private static async Task<List<ScalePoint>> ReadAsync(string file, CancellationToken cancellationToken) =>
        JsonSerializer.Deserialize<List<ScalePoint>>(await File.ReadAllTextAsync(file, cancellationToken), JsonSerializerOptions.Web)!;

    private static async Task MeasureAsync(
        Sweep[] sweeps, List<ScalePoint> points, LoadOptions options, ParseResult parsed, CancellationToken cancellationToken)
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
                    target = await LoadTarget.StartAsync(
                        TargetSpec.Parse("this"), sweep.Population(size), options.Nodes(parsed), [], cancellationToken);
                }

                var shape = sweep.Shape(size, options.WarmUp(parsed), options.Duration(parsed));
                points.Add(Point(sweep, size, await LoadRun.RunAsync(shape, target, cancellationToken)));
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
        var routers = report.Usage.Skip(1).Where(LoadReport.BelongsToTarget).ToArray();
        return new ScalePoint(
            sweep.Name,
            size,
            report.RequestsPerSecond,
            Latency: report.Ms(50) * 1_000,
            AppCpu: MicrosecondsPerRequest(report.AppCpu!.Value),
            RouterCpu: MicrosecondsPerRequest(report.TargetCpu!.Value - report.AppCpu!.Value),
            AppMegabytes: report.Usage[0].ResidentPeak / 1_000_000.0,
            RouterMegabytes: routers.Sum(router => router.ResidentPeak) / 1_000_000.0,
            report.Failed);
    }

    private static double MicrosecondsPerRequest(double secondsPer100kRequests) => secondsPer100kRequests * 10;

    private static void Print(ScalePoint point)
    {
        var sweep = Sweep.All.Single(sweep => sweep.Name == point.Sweep);
        if (point.Size == sweep.Sizes[0])
        {
            Console.WriteLine($"{sweep.Route}: {sweep.Axis}");
            Console.WriteLine("      size   requests/s     p50 us   CPU us, app   CPU us, routers   MB, app   MB, routers   failed");
        }

        var times = Text($"{point.RequestsPerSecond,12:0.#} {point.Latency,10:0} {point.AppCpu,13:0.0} {point.RouterCpu,17:0.0}");
        Console.WriteLine(Text(
            $"{point.Size,10} {times} {point.AppMegabytes,9:0} {point.RouterMegabytes,13:0} {point.Failed,8}"));
    }
    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
