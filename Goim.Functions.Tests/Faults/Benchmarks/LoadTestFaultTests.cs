using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Faults.Benchmarks;

/// <summary><c>Goim.Benchmarks/load-test</c> while the app ends.</summary>
[Trait("Category", "Faults")]
[Collection(FaultRuns.Name)]
public sealed class LoadTestFaultTests(LoadedHost host) : IClassFixture<LoadedHost>, IDisposable
{
    private readonly LoadTestScript script = new();

    [Fact]
    public async Task An_app_that_ends_in_the_middle_is_told_and_what_was_measured_before_is_kept()
    {
        using var process = script.Start(
            LoadedHost.Keys, "--url", $"{host.Url}", "--comet", host.Comet, "--duration", "20", "--warm-up", "0", "--clients", "20");
        await script.UntilMeasuredAsync("connections");
        host.Kill();

        var run = await BenchmarksProgram.EndAsync(process);

        Assert.Equal(1, run.Code);
        Assert.Matches("(?m)^connections +[0-9.]+  connects +[12] ", run.Output);
        Assert.Contains($"{host.Url} on push/room, ", run.Error, StringComparison.Ordinal);
        Assert.Matches("(?m)^Partial: .*/job-[12].txt (ends after connections|has no results)\\.$", run.Error);
    }

    public void Dispose() => script.Dispose();
}
