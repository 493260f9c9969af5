using System.Text.RegularExpressions;
using Goim.Functions.Tests.Hosting;
using Goim.Functions.Tests.Integration.Documentation;

namespace Goim.Functions.Tests.Integration.Benchmarks;

public sealed partial class CapacityTests
{
    [Fact]
    public async Task The_table_in_the_docs_is_what_the_command_prints()
    {
        var page = await File.ReadAllTextAsync(Path.Combine(DocumentationTests.Repository(), "docs", "performance.md"));

        var printed = await BenchmarksProgram.RunAsync("capacity");

        Assert.Equal((0, ""), (printed.Code, printed.Error));
        Assert.Equal(Table().Match(page).Groups["table"].Value, printed.Output);
    }

    [Fact]
    public async Task A_topic_with_more_records_than_a_comet_can_read_is_told()
    {
        var printed = await BenchmarksProgram.RunAsync("capacity", "--user-rate", "1", "--skip-us", "10");

        Assert.Matches("(?m)^10000000 .* one comet cannot read 10000000 records/s$", printed.Output);
        Assert.Matches("(?m)^10000 +11000 +10000 +2 ", printed.Output);
    }

    [Fact]
    public async Task The_comets_that_are_left_carry_everything_when_one_ends()
    {
        // (35 - 1) * 2.27 cores deliver for 8.14 cores and connect 10,000,000 / 35 clients in 0.5 s for 67.4. Of 34 they would not.
        var printed = await BenchmarksProgram.RunAsync(
            "capacity", "--connection-bytes", "1", "--sockets", "10000000", "--back-seconds", "0.5");

        Assert.Matches("(?m)^10000000 +1100000 +100000 +35 +2 +2 +35 .* 571429 +112.4 +28.6$", printed.Output);
    }

    [Fact]
    public async Task Every_option_is_in_the_docs_with_its_default()
    {
        var rows = (await File.ReadAllLinesAsync(Path.Combine(DocumentationTests.Repository(), "docs", "performance.md")))
            .Where(static line => line.StartsWith('|')).ToArray();

        var options = Option().Matches((await BenchmarksProgram.RunAsync("capacity", "--help")).Output);

        Assert.NotEmpty(options);
        Assert.All(options, option => Assert.True(rows.Any(row => Names(row, option)), option.Value));
    }

    private static bool Names(string row, Match option) =>
        row.Contains($"`{option.Groups["name"].Value}`", StringComparison.Ordinal)
        && Regex.IsMatch(
            row.Replace(",", "", StringComparison.Ordinal), $"(?<![0-9.]){Regex.Escape(option.Groups["value"].Value)}(?![0-9])");

    [GeneratedRegex("^ +(?<name>--[a-z-]+) .*\\[default: (?<value>[0-9.]+)\\]", RegexOptions.Multiline)]
    private static partial Regex Option();

    [GeneratedRegex("^```\n\\$ dotnet run .* capacity\n(?<table>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Table();
}
