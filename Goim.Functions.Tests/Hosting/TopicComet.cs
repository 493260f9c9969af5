using System.Text.Json;
using Goim.Comet.Counters;
using Microsoft.Extensions.DependencyInjection;

namespace Goim.Functions.Tests.Hosting;

/// <summary>A comet, server 3, to whose topic the test writes records.</summary>
internal sealed class TopicComet : IAsyncDisposable
{
    private readonly CometProgram comet;
    private readonly CometCounters counters;
    private readonly TopicProducer producer;

    private TopicComet(TestHost host, FacadeProxy facade, CometProgram comet)
    {
        (Host, Facade, this.comet) = (host, facade, comet);
        counters = comet.Services.GetRequiredService<CometCounters>();
        producer = new TopicProducer(TestHost.Brokers, host.Topic);
    }

    public TestHost Host { get; }

    /// <summary>Between the comet and the host.</summary>
    public FacadeProxy Facade { get; }

    /// <summary>Starts it, and waits until it takes clients. Each client is in room 1.</summary>
    public static async Task<TopicComet> StartAsync(params string[] settings)
    {
        var host = await TestHost.StartAsync();
        var facade = await FacadeProxy.StartAsync(host);
        var comet = await CometProgram.StartAsync(
            facade.Url, TestHost.Brokers, host.Topic, ["--Comet:ServerId=3", $"--Comet:TcpPort={Ports.Next()}", .. settings]);
        await comet.UntilPingAsync("ok");
        return new TopicComet(host, facade, comet);
    }

    public Uri Address(string scheme) => scheme == "tcp" ? comet.Tcp : comet.WebSocket;

    public Task<CometClient> OpenAsync(string scheme) => CometClient.OpenAsync(Address(scheme));

    public Task<CometClient> ConnectAsync(string scheme, string token) => CometClient.ConnectAsync(Address(scheme), token);

    /// <summary>Writes a record, and waits until the comet has read it. What it reads later comes to a client later.</summary>
    public async Task WriteAsync(string record, int partition = 0)
    {
        var before = Read();
        await producer.WriteAsync(record, partition);
        await Eventually.UntilAsync(() => Read() > before);
    }

    /// <summary>Writes a message to a room.</summary>
    public Task WriteToRoomAsync(int room, string message, int partition = 0) => WriteAsync(
        $$"""{"op":"broadcast_room","roomid":{{room}},"msg":"{{Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(message))}}"}""",
        partition);

    /// <summary>Writes a message to everyone.</summary>
    public Task WriteToAllAsync(string message) => WriteAsync(
        $$"""{"op":"broadcast","msg":"{{Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(message))}}"}""");

    /// <summary>A number of <c>/monitor/stat</c>.</summary>
    /// <param name="path">Names of members, each in the one before.</param>
    public async Task<long> StatAsync(params string[] path) => path.Aggregate(
        JsonElement.Parse(await comet.Http.GetStringAsync("/monitor/stat")), static (json, name) => json.GetProperty(name)).GetInt64();

    public async ValueTask DisposeAsync()
    {
        producer.Dispose();
        await comet.DisposeAsync();
        await Facade.DisposeAsync();
        await Host.DisposeAsync();
    }

    private long Read() => counters.ReadRecords + counters.SkippedRecords + counters.UnreadableRecords + counters.ExpiredRecords;
}
