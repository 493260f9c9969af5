using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Faults.Comet;

/// <summary>Many clients that end at once, or come at once.</summary>
[Collection(FaultRuns.Name)]
[Trait("Category", "Faults")]
public sealed class MassDisconnectTests
{
    [Fact]
    public async Task Five_thousand_clients_that_leave_at_once_leave_no_session()
    {
        await using var host = await CometHost.StartAsync();
        using var stays = await host.ConnectAsync("tcp", "42");
        using (var crowd = await CometCrowd.ConnectAsync(host, 10_000, 5_000))
        {
            Assert.Equal(5_001, await host.SessionsAsync());
        }

        await Eventually.UntilAsync(async () => await host.SessionsAsync() == 1);

        await host.PushAsync("push/all", "to the one that stays");
        await stays.ExpectAsync("to the one that stays");
    }

    [Fact]
    public async Task Clients_that_come_and_leave_all_the_time_leave_no_session()
    {
        await using var host = await CometHost.StartAsync();
        var schemes = new[] { host.Comet("tcp"), host.Comet("ws") };
        await Parallel.ForAsync(0, 3_000, new ParallelOptions { MaxDegreeOfParallelism = 100 }, async (i, _) =>
        {
            using var client = await CometClient.OpenAsync(schemes[i % 2]);
            await client.SendAsync(CometPacket.Auth($"{i % 50}"));
            if (i % 3 > 0)
            {
                Assert.Equal(8, (await client.ReceiveAsync())?.Op);
            }
        });

        await Eventually.UntilAsync(async () => await host.SessionsAsync() == 0);
    }
}
