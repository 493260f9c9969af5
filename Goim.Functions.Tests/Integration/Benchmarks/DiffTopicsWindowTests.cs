using System.Diagnostics;
using System.Globalization;
using Confluent.Kafka;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Benchmarks;

/// <summary><c>diff-topics</c>: what it reads, what an edge is, and records that the broker has deleted.</summary>
public sealed class DiffTopicsWindowTests : IDisposable
{
    /// <summary>The tests' broker keeps about 5 MB of a partition: a longer record deletes all before it, and itself.</summary>
    private const int Filling = 6_000_000;

    private readonly string a = TestHost.NewTopic(), b = TestHost.NewTopic();
    private readonly TopicProducer toA, toB;

    public DiffTopicsWindowTests() => (toA, toB) = (new TopicProducer(TestHost.Brokers, a), new TopicProducer(TestHost.Brokers, b));

    [Fact]
    public async Task Records_from_before_an_edge_count_however_late_they_are_read()
    {
        await Task.WhenAll(Enumerable.Range(0, 1_000).Select(number => toB.WriteToAllAsync($"{number}")));

        // Over before the first record comes.
        var different = await BenchmarksProgram.RunAsync(Args("--seconds", "0.002", "--edge", "0.0009"));

        Assert.Equal((1, ""), (different.Code, different.Error.Split('\n', 2)[1]));
        Assert.Contains("without a counterpart and not compared: A 0, B 0.", different.Output, StringComparison.Ordinal);
        Assert.EndsWith("\nDifferent: deliveries only in A: 0, only in B: 1000.\n", different.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Records_at_both_edges_need_no_counterpart_and_those_between_do()
    {
        using var process = Start("--from", "end", "--seconds", "3", "--edge", "1");
        await process.StandardError.ReadLineAsync();
        var ended = BenchmarksProgram.EndAsync(process);
        var written = 0;
        for (; !ended.IsCompleted; written++)
        {
            await toB.WriteToAllAsync($"{written}");
        }

        var different = await ended;

        Assert.Equal(1, different.Code);
        Assert.Matches("not compared: A 0, B [1-9]", different.Output);
        var only = int.Parse(different.Output.Split("only in B: ")[^1].TrimEnd('.', '\n'), CultureInfo.InvariantCulture);
        Assert.InRange(only, 1, written - 2);
    }

    [Fact]
    public async Task Records_of_the_first_edge_need_no_counterpart()
    {
        using var process = Start("--from", "end", "--seconds", "3600", "--edge", "1799");
        await process.StandardError.ReadLineAsync();
        await toB.WriteToAllAsync("only here");

        var interrupted = await BenchmarksProgram.InterruptAsync(process);

        Assert.Equal(130, interrupted.Code);
        Assert.Contains("without a counterpart and not compared: A 0, B 1.", interrupted.Output, StringComparison.Ordinal);
        Assert.EndsWith("\nSame: each side has all deliveries of the other.\n", interrupted.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_side_without_its_oldest_records_is_told()
    {
        await toA.WriteToAllAsync("both");
        await toB.WriteToAllAsync("both");
        await FillAsync();

        var different = await BenchmarksProgram.RunAsync(Args());

        Assert.Equal(1, different.Code);
        Assert.Matches($"(?m)^A .*/{a}: [0-9]+ partitions, 0 records, from offsets 0 to 2$", different.Output);
        Assert.Matches($"(?m)^B .*/{b}: [0-9]+ partitions, 1 records, from offset 0$", different.Output);
        Assert.Contains("\nWarning: A no longer has its oldest records. ", different.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Warning: B", different.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--seconds", "1e300")]
    [InlineData("--seconds", "NaN")]
    [InlineData("--seconds", "0")]
    [InlineData("--edge", "NaN")]
    public async Task A_time_that_is_none_is_refused(string option, string value)
    {
        var refused = await BenchmarksProgram.RunAsync(Args(option, value));

        Assert.Equal(2, refused.Code);
        Assert.StartsWith($"{option} is {(value == "1e300" ? "1E+300" : value)}: expected ", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_that_nobody_expects_is_no_difference()
    {
        var command = $"dotnet '{BenchmarksProgram.Assembly}' {string.Join(' ', Args())} > /dev/full";
        using var bash = Process.Start(new ProcessStartInfo("bash", ["-c", command]) { RedirectStandardError = true })!;
        var error = await bash.StandardError.ReadToEndAsync();
        await bash.WaitForExitAsync();

        Assert.Equal(2, bash.ExitCode);
        Assert.Contains("No space left on device", error, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        toA.Dispose();
        toB.Dispose();
    }

    private string[] Args(params string[] options) => ["diff-topics", $"{TestHost.Brokers}/{a}", $"{TestHost.Brokers}/{b}", .. options];

    private Process Start(params string[] options) => BenchmarksProgram.Start(new Dictionary<string, string>(), Args(options));

    private async Task FillAsync() => await toA.WriteAsync(new byte[Filling]);
}
