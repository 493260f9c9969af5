using System.Globalization;
using Goim.Benchmarks.Load;

namespace Goim.Benchmarks.Compare;

/// <summary>What the rounds of one route gave.</summary>
/// <param name="Rounds">One report a target, in the order in which the targets are named, for each round.</param>
internal sealed record CompareReport(IReadOnlyList<LoadReport[]> Rounds)
{
    private static readonly (string Name, string Format, Func<LoadReport, double?> Of)[] Figures =
    [
        ("requests/s", "0", report => report.RequestsPerSecond),
        ("p50 ms", "0.00", report => report.Ms(50)),
        ("p99 ms", "0.00", report => report.Ms(99)),
        ("p99.9 ms", "0.00", report => report.Ms(99.9)),
        ("max ms", "0.00", report => report.MaxMs),
        ("CPU-s/100k, app", "0.00", report => report.AppCpu),
        ("CPU-s/100k, app and routers", "0.00", report => report.TargetCpu),
        ("CPU-s/100k, load", "0.00", report => report.PerRequests(report.Usage[^1].Cpu)),
        ("peak MB, app", "0", report => report.Usage.Count == 1 ? null : report.Usage[0].ResidentPeak / 1_000_000.0),
        ("allocated bytes/request", "0", report => report.AllocatedPerRequest),
    ];

    private LoadReport[] First => Rounds[0];

    public long Failed => Rounds.SelectMany(round => round).Sum(report => report.Failed);

    /// <summary>A line a figure and a column a target; below, the same in ratios to the first target.</summary>
    public void Print(TextWriter output)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{First[0].Shape}: {Rounds.Count} rounds of {First[0].Shape.Duration.TotalSeconds:0.#} s, in turns; medians (least..greatest)"));
        Line(output, "", First.Select(report => report.Target));
        foreach (var (name, format, of) in Figures)
        {
            Line(output, name, Targets.Select(target => Spread.Of(Rounds.Select(round => of(round[target])))?.ToString(format) ?? "-"));
        }

        Line(output, "failed requests", Targets.Select(target => Rounds.Sum(round => round[target].Failed).ToString(CultureInfo.InvariantCulture)));
        if (First.Length == 1)
        {
            return;
        }

        output.WriteLine($"ratios to {First[0].Target}, round by round");
        foreach (var (name, _, of) in Figures)
        {
            Line(output, name, Targets.Select(target => target == 0 ? "" : Ratio(of, target)?.ToString("0.00") ?? "-"));
        }
    }

    /// <summary>The same as JSON, with every round.</summary>
    public object ToJson() => new
    {
        First[0].Shape.Route,
        Targets = Targets.Select(target => new
        {
            Name = First[target].Target,
            Medians = Figures.ToDictionary(figure => figure.Name, figure => Spread.Of(Rounds.Select(round => figure.Of(round[target])))),
            Ratios = target == 0 ? null : Figures.ToDictionary(figure => figure.Name, figure => Ratio(figure.Of, target)),
            Rounds = Rounds.Select(round => round[target].ToJson()),
        }),
    };

    private IEnumerable<int> Targets => Enumerable.Range(0, First.Length);

    // Ratios are taken within a round, since what the machine gives swings from round to round. To nothing there is none.
    private Spread? Ratio(Func<LoadReport, double?> of, int target) => Spread.Of(Rounds.Select(round => of(round[0]) is > 0 and var first ? of(round[target]) / first : null));

    private static void Line(TextWriter output, string name, IEnumerable<string> cells) => output.WriteLine($"{name,-28}{string.Concat(cells.Select(cell => $"{cell,26}"))}".TrimEnd());
}
