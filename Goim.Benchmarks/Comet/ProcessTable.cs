using System.Globalization;
using Goim.Benchmarks.Targets;

namespace Goim.Benchmarks.Comet;

/// <summary>CPU time and memory of each process of a run.</summary>
internal static class ProcessTable
{
    /// <param name="output">Where to print.</param>
    /// <param name="usage">The processes.</param>
    /// <param name="elapsed">Length of the run.</param>
    /// <param name="count">How many were done, for the CPU time of one.</param>
    /// <param name="unit">What was done, such as <c>connect</c>.</param>
    public static void Print(TextWriter output, IReadOnlyList<Usage> usage, TimeSpan elapsed, long count, string unit)
    {
        output.WriteLine();
        output.WriteLine($"process        CPU-s   cores   MB before   MB peak   CPU µs/{unit}");
        foreach (var process in usage)
        {
            var cpu = Text($"{process.Cpu.TotalSeconds,9:0.00} {process.Cpu / elapsed,7:0.00}");
            var memory = Text($"{process.ResidentBefore / 1_000_000.0,11:0} {process.ResidentPeak / 1_000_000.0,9:0}");
            output.WriteLine(Text($"{process.Process,-10} {cpu} {memory} {process.Cpu.TotalMicroseconds / count,11:0.00}"));
        }
    }

    /// <summary>The figures for <c>--json</c>.</summary>
    public static object ToJson(IReadOnlyList<Usage> usage, long count) => usage.Select(process => new
    {
        process.Process,
        CpuSeconds = process.Cpu.TotalSeconds,
        CpuMicrosecondsEach = process.Cpu.TotalMicroseconds / count,
        MegabytesBefore = process.ResidentBefore / 1_000_000.0,
        MegabytesPeak = process.ResidentPeak / 1_000_000.0,
    });

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
