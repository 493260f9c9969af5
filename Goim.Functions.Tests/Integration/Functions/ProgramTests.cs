using System.Diagnostics;
using Goim.Functions.Tests.Integration.Documentation;

namespace Goim.Functions.Tests.Integration.Functions;

/// <summary>The worker's process as the Functions host starts it.</summary>
public sealed class ProgramTests
{
    [Fact]
    public async Task A_setting_that_is_refused_ends_the_start_with_a_sentence()
    {
        using var worker = Process.Start(new ProcessStartInfo(
            "dotnet",
            [
                Assembly(), "--Functions:Worker:HostEndpoint=http://127.0.0.1:1", "--Functions:Worker:WorkerId=1",
                "--Functions:Worker:RequestId=1", "--Functions:Worker:GrpcMaxMessageLength=1000000",
            ])
        {
            RedirectStandardError = true,
            Environment = { ["KafkaQueueMessages"] = "0", ["KafkaBrokers"] = "127.0.0.1:1", ["Router__Nodes__1"] = "http://127.0.0.1:1" },
        })!;
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var error = await worker.StandardError.ReadToEndAsync(limit.Token);
        await worker.WaitForExitAsync(limit.Token);

        Assert.Equal((1, "Start failed: KafkaQueueMessages is 0: expected 1 to 10000000.\n"), (worker.ExitCode, error));
    }

    // From the worker's own output folder, since this folder has the tests' assemblies.
    private static string Assembly()
    {
        var repository = DocumentationTests.Repository();
        var build = Path.GetRelativePath(Path.Combine(repository, "Goim.Functions.Tests"), AppContext.BaseDirectory);
        return Path.Combine(repository, "Goim.Functions", build, "Goim.Functions.dll");
    }
}
