using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Functions;

/// <summary>The worker's process as the Functions host starts it.</summary>
public sealed class ProgramTests
{
    [Fact]
    public async Task A_setting_that_is_refused_ends_the_start_with_a_sentence()
    {
        using var worker = new WorkerProcess(("KafkaQueueMessages", "0"));

        Assert.Equal((1, "Start failed: KafkaQueueMessages is 0: expected 1 to 10000000.\n"), await worker.EndAsync());
    }
}
