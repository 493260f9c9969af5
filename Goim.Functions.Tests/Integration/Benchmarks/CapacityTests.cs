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

    [GeneratedRegex("^```\n\\$ dotnet run .* capacity\n(?<table>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Table();
}
