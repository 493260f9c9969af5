using System.Diagnostics;
using Goim.Functions.Tests.Hosting;
using Goim.LocalHost.Broker;

namespace Goim.Functions.Tests.Faults.Comet;

/// <summary>A broker that is away for a while.</summary>
[Collection(FaultRuns.Name)]
[Trait("Category", "Faults")]
public sealed class BrokerOutageTests
{
    private const int Messages = 400;

    [Fact]
    public async Task After_10_s_clients_have_got_everything_in_order()
    {
        using var broker = new EmbeddedBroker();
        await using var host = await CometHost.StartAsync(
            TestBroker.On(broker), ["1"], static _ => { }, "--Comet:QueueMessages=10000");
        using var crowd = await CometCrowd.ConnectAsync(host, 1, 20);
        var sent = 0;
        var sending = Task.Run(async () =>
        {
            for (; sent < Messages; sent++)
            {
                await host.PushAsync("push/room?rid=1", $"{sent}");
            }
        });
        var receiving = crowd.ForEachAsync(static async client =>
        {
            for (var i = 0; i < Messages; i++)
            {
                await client.ExpectAsync($"{i}");
            }
        });

        await Eventually.UntilAsync(() => Volatile.Read(ref sent) > 50);
        broker.SetDown();
        var away = Stopwatch.StartNew();
        await Eventually.UntilAsync(() => away.Elapsed > TimeSpan.FromSeconds(10));
        broker.SetUp();

        await sending;
        await receiving;
    }

    [Fact]
    public async Task A_comet_that_starts_without_a_broker_tells_clients_to_come_back_until_it_is_there()
    {
        using var broker = new EmbeddedBroker();
        await using var host = await TestHost.StartAsync(broker);
        broker.SetDown();
        using var comet = await CometProcess.StartWithoutClientsAsync(host, null);
        using (var client = await CometClient.OpenAsync(comet.Tcp))
        {
            await client.SendAsync(CometPacket.Auth("42"));
            Assert.True((await client.DisconnectedAsync()).Reconnect);
        }

        Assert.Equal(503, (await RawHttp.SendAsync(comet.Http, "GET", "/monitor/ping", [])).Status);
        broker.SetUp();

        await CometHost.UntilReadyAsync(comet.Tcp);
        await Eventually.UntilAsync(async () => (await RawHttp.SendAsync(comet.Http, "GET", "/monitor/ping", [])).Status == 200);
        using var later = await CometClient.ConnectAsync(comet.Tcp, "42");
        await host.PushAsync("push?uid=42", "hello");
        await later.ExpectAsync("hello");
    }
}
