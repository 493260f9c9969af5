using System.Globalization;
using Goim.Benchmarks.Capacity;

namespace Goim.Benchmarks.LoadTest;

/// <summary>What docs/performance.md's formula expects, beside what was measured.</summary>
/// <param name="appCores">Cores of the app.</param>
/// <param name="cometCores">Cores of the comets.</param>
/// <param name="hostUs">CPU microseconds of the Functions host per request.</param>
internal sealed class ExpectedTable(double appCores, double cometCores, double hostUs)
{
    private const double Million = 1e6;

    public void Print(TextWriter output, IReadOnlyCollection<PartResult> results)
    {
        output.WriteLine(Text(
            $"docs/performance.md's formula, for {appCores:0.##} app cores and {cometCores:0.##} comet cores, all busy (expected/s),"));
        output.WriteLine(Text($"and for what was measured, at {MeasuredCosts.Utilisation:0.##} of a core (on the right):"));
        output.WriteLine();
        output.WriteLine(
            "part        of              expected/s    measured/s  of expected  app cores  router cores  comet cores  throughput units");
        foreach (var part in Parts.All.Where(part => part != Parts.Connections))
        {
            var jobs = results.Where(result => result.Part == part).ToArray();
            if (jobs.Length > 0)
            {
                PrintRow(output, part, jobs);
            }
        }
    }

    private void PrintRow(TextWriter output, string part, PartResult[] jobs)
    {
        var (rate, pushes) = (jobs.Sum(job => job.PerSecond), jobs.Sum(job => job.PushesPerSecond));
        var isPush = Parts.UnitOf(part) == "requests";
        var measured = isPush ? pushes : rate;
        var (app, router, comet) = CostOf(part, isPush ? pushes / rate : 1);
        var expected = Math.Min(Most(appCores, app), Most(cometCores, comet));
        // Deliveries have the rate that was asked for, so they say nothing about what a comet can do.
        var share = part == Parts.Deliveries ? "" : Text($"{measured / expected:0%}");
        var records = Math.Max(pushes / Platform.ThroughputUnitEvents, pushes * MeasuredCosts.RecordBytes / Million);
        var rates = Text($"{(isPush ? "pushes" : Parts.UnitOf(part)),-11} {expected,14:0} {measured,13:0} {share,12}");
        var cores = Text($"{Cores(measured, app),10:0.00} {Cores(measured, router),13:0.00} {Cores(measured, comet),12:0.00}");
        output.WriteLine($"{part,-11} {rates} {cores} {Text($"{Math.Ceiling(records),17:0}")}");
    }

    // Microseconds of a push, a delivery or a connect: in the app, in the router nodes, and in the comets.
    private (double App, double Router, double Comet) CostOf(string part, double pushes) => part switch
    {
        Parts.Room => (hostUs + MeasuredCosts.AppUs, 0, 0),
        Parts.User => (hostUs + MeasuredCosts.AppUs, MeasuredCosts.RouterUs, 0),
        Parts.Batch => ((hostUs / pushes) + MeasuredCosts.BatchedAppUs, MeasuredCosts.BatchedRouterUs, 0),
        Parts.Deliveries => (0, 0, MeasuredCosts.DeliveryUs),
        _ => (MeasuredCosts.FacadeUs, 0, MeasuredCosts.ConnectUs),
    };

    private static double Most(double cores, double microseconds) =>
        microseconds == 0 ? double.PositiveInfinity : cores * Million / microseconds;

    private static double Cores(double rate, double microseconds) => rate * microseconds / Million / MeasuredCosts.Utilisation;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
