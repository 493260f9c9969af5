using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Faults.Comet;

/// <summary>A comet that is killed, or stopped.</summary>
[Collection(FaultRuns.Name)]
[Trait("Category", "Faults")]
public sealed class CometStopTests
{
    private const int Clients = 200;

    [Fact]
    public async Task The_users_of_a_comet_that_is_killed_are_offline_after_the_lease()
    {
        await using var node = await TestNode.StartAsync(null, "--RouterNode:ServerLease=00:00:06");
        await using var host = await TestHost.StartAsync([], [$"--Router:Nodes:1={node.Address}"]);
        using var comet = await CometProcess.StartAsync(host);
        using var crowd = await CometCrowd.ConnectAsync(_ => comet.Tcp, 1, Clients);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        for (var second = 0; second < 12; second++)
        {
            await timer.WaitForNextTickAsync();
            Assert.Equal(Clients, await host.SessionsAsync());
        }

        await comet.KillAsync();

        await Eventually.UntilAsync(async () => await host.SessionsAsync() == 0);
    }

    [Fact]
    public async Task A_comet_that_stops_tells_its_clients_to_come_back_spread_over_the_time()
    {
        await using var host = await TestHost.StartAsync();
        using var comet = await CometProcess.StartAsync(host, null, "--Comet:DrainTime=00:00:04");
        using var crowd = await CometCrowd.ConnectAsync(user => user % 2 == 0 ? comet.Tcp : comet.WebSocket, 1, Clients);
        var start = Stopwatch.StartNew();
        var closed = Task.WhenAll(crowd.Clients.Select(async client => ((await client.DisconnectedAsync()).Reconnect, start.Elapsed)));

        var code = await comet.StopAsync();

        var ends = await closed;
        Assert.All(ends, end => Assert.True(end.Reconnect));
        Assert.True(ends.Max(end => end.Elapsed) - ends.Min(end => end.Elapsed) > TimeSpan.FromSeconds(2));
        Assert.Equal(0, code);
        Assert.Equal(0, await host.SessionsAsync());
    }

    [Fact]
    public async Task A_comet_that_stops_takes_no_new_client_and_delivers_to_those_that_are_there()
    {
        await using var host = await TestHost.StartAsync();
        using var comet = await CometProcess.StartAsync(host, null, "--Comet:DrainTime=00:00:20");
        using var crowd = await CometCrowd.ConnectAsync(_ => comet.Tcp, 1, 20);
        var ends = crowd.Clients.Select(client => client.ReceiveAsync()).ToList();
        var stopping = comet.StopAsync();
        await Eventually.UntilAsync(() => ends.Exists(static end => end.IsCompleted));

        Assert.True(await IsToldToComeBackAsync(comet.Tcp));
        await host.PushAsync("push/all", "while it stops");

        await Task.WhenAll(ends);
        Assert.Contains(ends, end => end.Result is { Op: 5, Text: "while it stops" });
        Assert.Equal(0, await stopping);
        Assert.Equal(0, await host.SessionsAsync());
    }

    [Fact]
    public async Task Ping_says_that_the_comet_stops()
    {
        await using var host = await TestHost.StartAsync();
        using var comet = await CometProcess.StartAsync(host, null, "--Comet:DrainTime=00:00:06");
        using var crowd = await CometCrowd.ConnectAsync(_ => comet.Tcp, 1, 10);
        using var http = new HttpClient { BaseAddress = comet.Http };
        var stopping = comet.StopAsync();

        await Eventually.UntilAsync(async () =>
        {
            using var ping = await http.GetAsync("/monitor/ping");
            return ping.StatusCode == HttpStatusCode.ServiceUnavailable && await ping.Content.ReadAsStringAsync() == "stopping";
        });

        Assert.Equal(0, await stopping);
    }

    private static async Task<bool> IsToldToComeBackAsync(Uri comet)
    {
        try
        {
            using var client = await CometClient.OpenAsync(comet);
            await client.SendAsync(CometPacket.Auth("42"));
            return (await client.DisconnectedAsync()).Reconnect;
        }
        catch (SocketException refused) when (refused.SocketErrorCode == SocketError.ConnectionRefused)
        {
            // Nothing listens any more.
            return true;
        }
    }
}
