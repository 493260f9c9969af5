using Goim.Comet.Client;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Comet;

/// <summary>The client library and a comet over a network that is slow, stalls and cuts.</summary>
[Collection(SharedComet.Name)]
public sealed class SlowNetworkTests(CometFixture fixture)
{
    private static readonly string Message = new('m', 1_000);
    private readonly TestHost host = fixture.ForOneTest();

    [Theory]
    [InlineData("tcp", 1801)]
    [InlineData("ws", 1802)]
    public async Task Bytes_may_come_one_at_a_time(string scheme, long user)
    {
        using var network = new NetworkProxy(host.Comet(scheme)) { IsSlow = true };
        await using var client = await StartAsync(network, user);

        await host.PushAsync($"push?uid={user}", Message);

        await Eventually.UntilAsync(() => client.Messages.Any());
        Assert.Equal([Message], client.Messages);
        Assert.Empty(client.Reasons);
    }

    [Theory]
    [InlineData("tcp", 1803)]
    [InlineData("ws", 1804)]
    public async Task A_connection_that_is_cut_in_the_middle_of_a_message_is_made_again_and_gives_no_part_of_it(string scheme, long user)
    {
        using var network = new NetworkProxy(host.Comet(scheme));
        await using var client = await StartAsync(network, user);

        network.CutAfter(500);
        await host.PushAsync($"push?uid={user}", Message);
        await client.EndWaitAsync(1);
        await Eventually.UntilAsync(() => client.States.Count(static state => state == GoimConnectionState.Connected) == 2);
        await host.PushAsync($"push?uid={user}", "whole");

        await Eventually.UntilAsync(() => client.Messages.Any());
        Assert.Equal(["whole"], client.Messages);
    }

    [Theory]
    [InlineData("tcp", 1805)]
    [InlineData("ws", 1806)]
    public async Task A_network_that_stalls_for_less_than_two_heartbeats_delays_messages_only(string scheme, long user)
    {
        using var network = new NetworkProxy(host.Comet(scheme));
        await using var client = await StartAsync(network, user);

        network.Hold();
        await host.PushAsync($"push?uid={user}", "one");
        await host.PushAsync($"push?uid={user}", "two");
        client.Advance(TimeSpan.FromSeconds(59));
        network.Release();

        await Eventually.UntilAsync(() => client.Messages.Count() == 2);
        Assert.Equal(["one", "two"], client.Messages.Order(StringComparer.Ordinal));
        Assert.Empty(client.Reasons);
    }

    [Theory]
    [InlineData("tcp", 1807)]
    [InlineData("ws", 1808)]
    public async Task A_network_that_stalls_for_two_heartbeats_is_left_for_a_new_connection(string scheme, long user)
    {
        using var network = new NetworkProxy(host.Comet(scheme));
        await using var client = await StartAsync(network, user);

        // The time without an answer runs from the next packet on, if not earlier.
        await host.PushAsync($"push?uid={user}", "first");
        await Eventually.UntilAsync(() => client.Messages.Any());
        network.Hold();
        client.Advance(TimeSpan.FromSeconds(60));
        await Eventually.UntilAsync(() => client.Reasons.Any());
        network.Release();
        await client.EndWaitAsync(1);
        await Eventually.UntilAsync(() => client.States.Last() == GoimConnectionState.Connected);
        await host.PushAsync($"push?uid={user}", "again");

        await Eventually.UntilAsync(() => client.Messages.Contains("again"));
        Assert.Equal([$"{network.Url.OriginalString} did not answer in time."], client.Reasons);
        Assert.Equal(["first", "again"], client.Messages);
    }

    [Fact]
    public async Task A_client_whose_comet_is_killed_goes_to_the_next_one()
    {
        using var comet = await CometProcess.StartAsync(host);
        using var network = new NetworkProxy(comet.WebSocket);
        await using var client = await StartAsync(network, 1809);

        network.Target = host.Comet("ws");
        await comet.KillAsync();
        await client.EndWaitAsync(1);
        await Eventually.UntilAsync(() => client.States.Last() == GoimConnectionState.Connected);
        await host.PushAsync("push?uid=1809", "of the next comet");

        await Eventually.UntilAsync(() => client.Messages.Any());
        Assert.Equal(["of the next comet"], client.Messages);
    }

    private static async Task<RunningConnection> StartAsync(NetworkProxy network, long user)
    {
        var client = new RunningConnection(network.Url, _ => new ValueTask<GoimToken>(new GoimToken($"{user}")));
        await client.UntilConnectedAsync();
        return client;
    }
}
