using System.Globalization;

namespace Goim.Benchmarks.LoadTest;

/// <summary>The table of what one or more jobs have measured.</summary>
internal static class PartTable
{
    /// <summary>Prints one row for each part. Rates and counts are sums. Percentiles cannot be added: those of the slowest job.</summary>
    public static void Print(TextWriter output, IReadOnlyCollection<PartResult> results)
    {
        output.WriteLine("part          per second  unit         jobs  together s      count   failed   p50 ms   p99 ms    max ms");
        foreach (var part in Parts.All)
        {
            var jobs = results.Where(result => result.Part == part).ToArray();
            if (jobs.Length > 0)
            {
                PrintRow(output, part, jobs);
            }
        }
    }

    /// <summary>The time in which all jobs measured, in seconds; 0 if there is none.</summary>
    private static double Together(PartResult[] jobs) =>
        Math.Max(0, (jobs.Min(job => job.End) - jobs.Max(job => job.Start)).TotalSeconds);

    private static void PrintRow(TextWriter output, string part, PartResult[] jobs)
    {
        var rate = Text($"{jobs.Sum(job => job.PerSecond),12:0.#}  {Parts.UnitOf(part),-10} {jobs.Length,6} {Together(jobs),11:0.0}");
        var counts = Text($"{jobs.Sum(job => job.Count),10} {jobs.Sum(job => job.Failed),8}");
        var times = Text($"{jobs.Max(job => job.P50Ms),8:0.00} {jobs.Max(job => job.P99Ms),8:0.00} {jobs.Max(job => job.MaxMs),9:0.00}");
        output.WriteLine($"{part,-11} {rate} {counts} {times}");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
