using System.Globalization;
using Goim.Benchmarks.Load;
using Goim.Benchmarks.Targets;

namespace Goim.Benchmarks.Soak;

/// <summary>The resident memory of the app and of the router nodes: the median of each minute's samples, one a second.</summary>
internal sealed class SoakMemory
{
    /// <summary>Maximum memory in the last minute, as a part of that in the second one.</summary>
    public const double MaxGrowth = 1.2;

    private readonly WatchedProcess[] processes;
    private readonly List<long>[] samples;
    private readonly List<long>[] minutes;

    public SoakMemory(LoadTarget target)
    {
        processes = [.. target.Processes.Where(process => process.Name is not (LoadTarget.Load or LoadTarget.Broker))];
        samples = [.. processes.Select(_ => new List<long>())];
        minutes = [.. processes.Select(_ => new List<long>())];
    }

    /// <summary>Takes a sample.</summary>
    /// <exception cref="TargetFailure">A process has ended.</exception>
    public void Sample()
    {
        for (var i = 0; i < processes.Length; i++)
        {
            samples[i].Add(processes[i].Resident);
        }
    }

    /// <summary>Ends a minute, and returns its figures as a line of text.</summary>
    public string EndMinute()
    {
        for (var i = 0; i < processes.Length; i++)
        {
            samples[i].Sort();
            minutes[i].Add(samples[i][samples[i].Count / 2]);
            samples[i].Clear();
        }

        return string.Join("  ", processes.Select((process, i) => Text($"{process.Name} {minutes[i][^1] / 1_000_000.0:0} MB")));
    }

    /// <summary>
    /// Compares the last minute with the second one: after the first minute, code is compiled and pools are filled. Prints a line for each
    /// process.
    /// </summary>
    /// <returns>False if a process has grown by more than a fifth.</returns>
    public bool PrintGrowth(TextWriter output)
    {
        if (minutes[0].Count < 3)
        {
            output.WriteLine("Memory is compared in a run of three minutes or more.");
            return true;
        }

        var growths = minutes.Select(each => (double)each[^1] / each[1]).ToArray();
        for (var i = 0; i < processes.Length; i++)
        {
            output.WriteLine(Text(
                $"{processes[i].Name}: {growths[i]:0.00} times the memory of the second minute, expected {MaxGrowth:0.0} at most"));
        }

        return growths.All(growth => growth <= MaxGrowth);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
