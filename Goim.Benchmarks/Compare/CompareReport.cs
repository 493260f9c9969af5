using System.Globalization;
using Goim.Benchmarks.Load;

namespace Goim.Benchmarks.Compare;

/// <summary>The results of all rounds on one route.</summary>
/// <param name="Rounds">For each round, one report per target in the order of the command line.</param>
internal sealed record CompareReport(IReadOnlyList<LoadReport[]> Rounds)
{
    private static readonly (string Name, string Format, Func<LoadReport, double?> Value)[] Metrics =
    [
        ("requests/s", "0", report => report.RequestsPerSecond),
        ("p50 ms", "0.00", report => report.Ms(50)),
        ("p99 ms", "0.00", report => report.Ms(99)),
        ("p99.9 ms", "0.00", report => report.Ms(99.9)),
        ("max ms", "0.00", report => report.MaxMs),
        ("CPU-s/100k, app", "0.00", report => report.AppCpu),
        ("CPU-s/100k, app and routers", "0.00", report => report.TargetCpu),
        ("CPU-s/100k, load", "0.00", report => report.CpuPer100kRequests(report.Usage[^1].Cpu)),
        ("peak MB, app", "0", report => report.Usage.Count == 1 ? null : report.Usage[0].ResidentPeak / 1_000_000.0),
        ("allocated bytes/request", "0", report => report.AllocatedPerRequest),
    ];

    private LoadReport[] First => Rounds[0];

    public long Failed => Rounds.SelectMany(round => round).Sum(report => report.Failed);

    /// <summary>Prints a table with a line per metric and a column per target, and then the ratios to the first target.</summary>
    public void Print(TextWriter output)
    {
        var shape = First[0].Shape;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{shape}: {Rounds.Count} rounds of {shape.Duration.TotalSeconds:0.#} s, in turns; median (least..greatest)"));
        PrintLine(output, "", First.Select(report => report.Target));
        foreach (var (name, format, value) in Metrics)
        {
            PrintLine(output, name, Targets.Select(target => Median(value, target)?.ToString(format) ?? "-"));
        }

        PrintLine(
            output,
            "failed requests",
            Targets.Select(target => Rounds.Sum(round => round[target].Failed).ToString(CultureInfo.InvariantCulture)));
        if (First.Length == 1)
        {
            return;
        }

        output.WriteLine($"ratios to {First[0].Target} within each round");
        foreach (var (name, _, value) in Metrics)
        {
            PrintLine(output, name, Targets.Select(target => target == 0 ? "" : Ratio(value, target)?.ToString("0.00") ?? "-"));
        }
    }

    /// <summary>The results for <c>--json</c>, with those of each round.</summary>
    public object ToJson() => new
    {
        First[0].Shape.Route,
        Targets = Targets.Select(target => new
        {
            Name = First[target].Target,
            Medians = Metrics.ToDictionary(metric => metric.Name, metric => Median(metric.Value, target)),
            Ratios = target == 0 ? null : Metrics.ToDictionary(metric => metric.Name, metric => Ratio(metric.Value, target)),
            Rounds = Rounds.Select(round => round[target].ToJson()),
        }),
    };

    private IEnumerable<int> Targets => Enumerable.Range(0, First.Length);

    private Spread? Median(Func<LoadReport, double?> value, int target) => Spread.Of(Rounds.Select(round => value(round[target])));

    // A ratio is taken within a round, since the speed of the machine varies from round to round. Null if the first target's value is 0.
    private Spread? Ratio(Func<LoadReport, double?> value, int target) =>
        Spread.Of(Rounds.Select(round => value(round[0]) is > 0 and var first ? value(round[target]) / first : null));

    private static void PrintLine(TextWriter output, string name, IEnumerable<string> cells) =>
        output.WriteLine($"{name,-28}{string.Concat(cells.Select(cell => $"{cell,26}"))}".TrimEnd());
}
