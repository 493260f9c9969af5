using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Benchmarks;

/// <summary><c>load-sum</c>: the table of several jobs, from what they have printed.</summary>
public sealed class LoadSumTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("load-sum-").FullName;

    [Fact]
    public async Task Rates_and_counts_are_added_and_times_are_the_slowest_job_s()
    {
        var one = Job(
            "one",
            "a line of another kind",
            Result("push/room", "10:00:00", "10:00:10", (1000.4, 1000.4), (10004, 0), "5", "20", "30"),
            Result("push/batch", "10:00:13", "10:00:23", (10, 1000), (100, 0), "50", "60", "70"),
            "finished");
        var two = Job(
            "two",
            Result("push/room", "10:00:02", "10:00:12", (500.2, 500.2), (5002, 0), "7", "10", "90"),
            Result("push/batch", "10:00:25", "10:00:35", (30, 3000), (300, 0), "40", "80", "81"),
            Result("deliveries", "10:00:35", "10:00:45", (4000, 20), (40000, 0), "1.25", "2", "3"),
            "finished");

        var summed = await BenchmarksProgram.RunAsync("load-sum", "--app-cores", "2", "--host-us", "465", one, two);

        Assert.Equal(
            (0,
            """
            part          per second  unit         jobs  together s      count   failed   p50 ms   p99 ms    max ms
            push/room         1500.6  requests        2         8.0      15006        0     7.00    20.00     90.00
            push/batch            40  requests        2         0.0        400        0    50.00    80.00     81.00
            deliveries          4000  deliveries      1        10.0      40000        0     1.25     2.00      3.00

            Rates and counts are the sums of the jobs. Times are the slowest job's.

            docs/performance.md's formula, for 2 app cores and 1 comet cores, all busy (expected/s),
            and for what was measured, at 0.6 of a core (on the right):

            part        of              expected/s    measured/s  of expected  app cores  router cores  comet cores  throughput units
            push/room   pushes                4000          1501          38%       1.25          0.00         0.00                 2
            push/batch  pushes              283688          4000           1%       0.05          0.00         0.00                 4
            deliveries  deliveries          135135          4000                    0.00          0.00         0.05                 1

            """,
            ""),
            (summed.Code, summed.Output, summed.Error));
    }

    [Fact]
    public async Task A_job_that_did_not_finish_is_named_and_what_it_measured_counts()
    {
        var ended = Job("ended", Result("push/room", "10:00:00", "10:00:10", (1000, 1000), (10000, 3), "5", "20", "30"));

        var summed = await BenchmarksProgram.RunAsync("load-sum", ended, Job("empty"));

        Assert.Equal(1, summed.Code);
        Assert.Matches("(?m)^push/room +1000  requests +1 +10.0 +10000 +3 ", summed.Output);
        Assert.Equal($"Partial: {ended} ends after push/room.\nPartial: {folder}/empty has no results.\n", summed.Error);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_told()
    {
        var summed = await BenchmarksProgram.RunAsync("load-sum", $"{folder}/none");

        Assert.Equal((1, ""), (summed.Code, summed.Output));
        Assert.StartsWith($"{folder}/none cannot be read: ", summed.Error, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    // A line of load-job.
    private static string Result(
        string part,
        string start,
        string end,
        (double All, double Pushes) rate,
        (int All, int Failed) count,
        string p50,
        string p99,
        string max)
    {
        var time = $"\"Start\":\"2026-11-28T{start}Z\",\"End\":\"2026-11-28T{end}Z\"";
        var rates = FormattableString.Invariant($"\"PerSecond\":{rate.All},\"PushesPerSecond\":{rate.Pushes}");
        var counts = $"\"Count\":{count.All},\"Failed\":{count.Failed}";
        return $"result {{\"Part\":\"{part}\",{time},{rates},{counts},\"P50Ms\":{p50},\"P99Ms\":{p99},\"MaxMs\":{max}}}";
    }

    private string Job(string name, params string[] lines)
    {
        var file = Path.Combine(folder, name);
        File.WriteAllLines(file, lines);
        return file;
    }
}
