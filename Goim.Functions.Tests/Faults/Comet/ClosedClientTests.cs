using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Faults.Comet;

/// <summary>A client that the comet closes, and that does not close its own side.</summary>
[Collection(FaultRuns.Name)]
[Trait("Category", "Faults")]
public sealed class ClosedClientTests
{
    [Fact]
    public async Task Its_session_ends_while_the_comet_still_waits_for_its_close()
    {
        await using var host = await TestHost.StartAsync();
        using var comet = await CometProcess.StartAsync(host);

        // The comet waits 2 s. On a busy machine that may be over before the counters are read.
        await Eventually.UntilAsync(async () =>
        {
            using var client = await CometClient.ConnectAsync(comet.Tcp, "42");
            await client.SendAsync(new CometPacket(99, ""));
            Assert.False((await client.DisconnectedAsync()).Reconnect);
            await Eventually.UntilAsync(async () => await host.SessionsAsync(42) == 0);
            return await comet.StatAsync("connections") == 1;
        });
    }
}
