using Goim.Functions.Tests.Hosting;
using Goim.LocalHost.Broker;
using Goim.Logic.Tokens;
using Microsoft.Extensions.DependencyInjection;

namespace Goim.Functions.Tests.Faults.Rooms;

/// <summary>
/// The functions over two router nodes that are processes, in memory or over one Redis, and two comets. The topic has one partition, so
/// that a message to all comes after every message that was acknowledged before it.
/// </summary>
internal sealed class Site : IAsyncDisposable
{
    /// <summary>The ids of the comets.</summary>
    public const int First = 3, Second = 5;

    private readonly EmbeddedBroker broker = new();
    private RedisServer? redis;

    private Site()
    {
    }

    public RouterProcess[] Nodes { get; private set; } = [];

    public TestHost Host { get; private set; } = null!;

    public CometProgram[] Comets { get; private set; } = [];

    /// <summary>Whether the nodes share a Redis.</summary>
    public bool IsShared => redis is not null;

    public static async Task<Site> StartAsync(bool overRedis)
    {
        var site = new Site { redis = overRedis ? await RedisServer.StartAsync() : null };
        string[] store = overRedis
            ? ["--RouterNode:Store=redis", $"--RouterNode:Redis={site.redis!.Setting}"]
            : ["--RouterNode:Store=memory"];
        site.Nodes =
        [
            await RouterProcess.StartAsync(null, [.. store, "--RouterNode:ServerLease=00:00:20"]),
            await RouterProcess.StartAsync(null, [.. store, "--RouterNode:ServerLease=00:00:20"]),
        ];
        site.Host = await TestHost.StartAsync(
            new TestBroker(site.broker.Brokers, topic => Task.FromResult(MockCluster.CreateTopic(site.broker.Cluster, topic, 1, 1))),
            [],
            static builder => builder.Services.AddSingleton<ITokenAuthenticator, RoomTokens>(),
            $"--Router:Nodes:1={site.Nodes[0].Address}",
            $"--Router:Nodes:2={site.Nodes[1].Address}",
            "--Router:CallTimeout=00:00:03");
        site.Comets = [await site.StartCometAsync(First), await site.StartCometAsync(Second)];
        return site;
    }

    /// <summary>Opens a connection to a comet and authenticates.</summary>
    /// <param name="comet">Its place among the comets.</param>
    /// <param name="token">As <see cref="RoomTokens"/> takes it.</param>
    /// <param name="isTcp">Over TCP, or over WebSocket.</param>
    public async Task<Receiver> ConnectAsync(int comet, string token, bool isTcp) =>
        new(await CometClient.ConnectAsync(isTcp ? Comets[comet].Tcp : Comets[comet].WebSocket, token), token);

    /// <summary>The users in a room with their sessions, <c>{user}_{seq}@{server}</c>, read in pages of two users.</summary>
    public async Task<string[]> MembersAsync(int room)
    {
        var members = new List<string>();
        var next = "";
        while (next is not null)
        {
            var page = (await Host.GetAsync($"/1/room/users?rid={room}&after={next}&limit=2")).GetProperty("data");
            foreach (var user in page.GetProperty("users").EnumerateArray())
            {
                members.AddRange(user.GetProperty("sessions").EnumerateArray().Select(
                    session => $"{user.GetProperty("userId")}_{session.GetProperty("seq")}@{session.GetProperty("server")}"));
            }

            next = page.GetProperty("next").GetString();
        }

        return [.. members.Order(StringComparer.Ordinal)];
    }

    /// <summary>Waits until the nodes have so many sessions.</summary>
    public Task UntilSessionsAsync(int count) => Eventually.UntilAsync(async () =>
        (await Host.CountNowAsync("allservercount")).TryGetProperty("data", out var data)
        && data.GetProperty("counter").EnumerateObject().Sum(static server => server.Value.GetInt32()) == count);

    /// <summary>The data of <c>/1/count</c>.</summary>
    public async Task<string> CountAsync(string query) => (await Host.GetAsync($"/1/count?{query}")).GetProperty("data").GetRawText();

    public async ValueTask DisposeAsync()
    {
        foreach (var comet in Comets)
        {
            await comet.DisposeAsync();
        }

        await Host.DisposeAsync();
        foreach (var node in Nodes)
        {
            await node.DisposeAsync();
        }

        broker.Dispose();
        if (redis is not null)
        {
            await redis.DisposeAsync();
        }
    }

    private async Task<CometProgram> StartCometAsync(int server)
    {
        var comet = await CometProgram.StartAsync(
            Host.Http.BaseAddress!,
            broker.Brokers,
            Host.Topic,
            $"--Comet:ServerId={server}",
            $"--Comet:TcpPort={Ports.Next()}",
            "--Comet:DrainTime=00:00:01");
        await comet.UntilPingAsync("ok");
        return comet;
    }
}
