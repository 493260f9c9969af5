using System.Text;
using Confluent.Kafka;
using Goim.Comet.Counters;
using Goim.Comet.Topic;
using Goim.Functions.Tests.Hosting;
using Goim.LocalHost.Broker;
using Microsoft.Extensions.DependencyInjection;

namespace Goim.Functions.Tests.Integration.Comet;

/// <summary>Each metric of a comet's deliveries moves for its own reason.</summary>
public sealed class CometMetricsTests : IAsyncLifetime
{
    private const int Header = 16;
    private TestHost host = null!;

    public async Task InitializeAsync() => host = await TestHost.StartAsync();

    public async Task DisposeAsync() => await host.DisposeAsync();

    [Fact]
    public async Task Deliveries_are_counted_by_kind_with_their_writes_and_bytes()
    {
        await using var comet = await StartAsync("--Comet:MergeWindow=00:00:00.500", "--Comet:QueueMessages=100");
        using var metrics = new CollectedMetrics(comet.Services);
        using var client = await CometClient.ConnectAsync(comet.Tcp, "42");
        await host.PushAsync("push?uid=42", "to 42");
        await client.ExpectAsync("to 42");
        await host.PushAsync("push/all", "to all");
        await client.ExpectAsync("to all");
        var lines = string.Join('\n', Enumerable.Range(10, 20).Select(n => $$"""{"rid":1,"m":{{n}}}"""));
        using var answer = await host.Http.PostAsync("/1/push/batch", new StringContent(lines));
        for (var n = 10; n < 30; n++)
        {
            await client.ExpectAsync($"{n}");
        }

        // The comet counts a write after the socket has taken it.
        await Eventually.UntilAsync(() => metrics["goim.comet.messages.delivered"] == 22);
        Assert.Equal(1, metrics["goim.comet.messages.delivered", "multiple"]);
        Assert.Equal(1, metrics["goim.comet.messages.delivered", "broadcast"]);
        Assert.Equal(20, metrics["goim.comet.messages.delivered", "room"]);
        Assert.Equal(22, metrics["goim.comet.records", "read"]);
        Assert.Equal(0, metrics["goim.comet.messages.dropped"]);
        Assert.Equal(1, metrics["goim.comet.connections"]);
        Assert.InRange(metrics["goim.comet.writes"], 3, 12);
        Assert.Equal(Header + (22 * Header) + "to 42".Length + "to all".Length + (20 * 2), metrics["goim.comet.sent.bytes"]);
        Assert.Equal(Header + "42".Length, metrics["goim.comet.received.bytes"]);
    }

    [Fact]
    public async Task Over_WebSocket_the_bytes_are_those_of_the_frames()
    {
        await using var comet = await StartAsync();
        using var metrics = new CollectedMetrics(comet.Services);
        using var client = await CometClient.ConnectAsync(comet.WebSocket, "42");
        await host.PushAsync("push?uid=42", "m");
        await client.ExpectAsync("m");

        await Eventually.UntilAsync(() => metrics["goim.comet.messages.delivered"] == 1);

        // A frame of the server has a header of two bytes, and one of a client a mask of four more.
        Assert.Equal(2 + Header + 2 + Header + 1, metrics["goim.comet.sent.bytes"]);
        Assert.Equal(6 + Header + 2, metrics["goim.comet.received.bytes"]);
    }

    [Fact]
    public async Task The_merge_factor_is_that_of_all_writes_for_each_collector()
    {
        await using var comet = await StartAsync("--Comet:MergeWindow=00:00:01", "--Comet:QueueMessages=1000");
        using var metrics = new CollectedMetrics(comet.Services);
        using var others = new CollectedMetrics(comet.Services);
        using var client = await CometClient.ConnectAsync(comet.Tcp, "42");
        Assert.False(metrics.Has("goim.comet.merge_factor"));
        var lines = string.Join('\n', Enumerable.Range(0, 200).Select(n => $$"""{"rid":1,"m":{{n}}}"""));
        using var answer = await host.Http.PostAsync("/1/push/batch", new StringContent(lines));
        for (var n = 0; n < 200; n++)
        {
            await client.ExpectAsync($"{n}");
        }

        await Eventually.UntilAsync(() => metrics["goim.comet.messages.delivered"] == 200);
        var factor = metrics["goim.comet.merge_factor"];
        Assert.InRange(factor, 2, 100);
        Assert.Equal(200 / metrics["goim.comet.writes"], factor);
        Assert.Equal(factor, others["goim.comet.merge_factor"]);
        Assert.Equal(factor, metrics["goim.comet.merge_factor"]);
    }

    [Fact]
    public async Task The_topic_is_up_while_the_broker_answers_and_the_offsets_are_known()
    {
        using var broker = new EmbeddedBroker("pushes");
        broker.SetDown();
        await using var comet = await CometProgram.StartAsync(host.Http.BaseAddress!, broker.Brokers, "pushes");
        using var metrics = new CollectedMetrics(comet.Services);
        await comet.UntilPingAsync("broker,offsets");
        Assert.True(metrics.Has("goim.comet.topic.up"));
        Assert.Equal(0, metrics["goim.comet.topic.up"]);

        broker.SetUp();
        await Eventually.UntilAsync(() => metrics["goim.comet.topic.up"] == 1);
        Assert.True(comet.Services.GetRequiredService<TopicReader>().IsReady);

        broker.SetDown();
        await Eventually.UntilAsync(() => metrics["goim.comet.topic.up"] == 0);

        broker.SetUp();
        await Eventually.UntilAsync(() => metrics["goim.comet.topic.up"] == 1);
    }

    [Fact]
    public async Task The_lag_is_the_age_of_a_record_when_it_is_written_to_somebody()
    {
        await using var comet = await StartAsync();
        using var metrics = new CollectedMetrics(comet.Services);
        using var producer = new TopicProducer(TestHost.Brokers, host.Topic);
        await producer.WriteToAllAsync("nobody is here");
        await Eventually.UntilAsync(() => comet.Services.GetRequiredService<CometCounters>().ReadRecords == 1);
        using var client = await CometClient.ConnectAsync(comet.Tcp, "42");
        await producer.WriteToAllAsync("now");
        await client.ExpectAsync("now");
        await Eventually.UntilAsync(() => metrics["goim.comet.topic.lag"] == 1);

        await producer.WriteAsync(
            Encoding.UTF8.GetBytes("""{"op":"broadcast","msg":"b2xk"}"""), new Timestamp(DateTimeOffset.UtcNow.AddHours(-2)));
        await client.ExpectAsync("old");

        await Eventually.UntilAsync(() => metrics["goim.comet.topic.lag"] == 2);
        Assert.InRange(metrics.Longest("goim.comet.topic.lag"), 7_200_000, 7_200_000 + Eventually.Limit.TotalMilliseconds);
    }

    [Fact]
    public async Task Messages_that_a_full_queue_does_not_take_are_dropped()
    {
        await using var comet = await StartAsync("--Comet:QueueMessages=1");
        using var metrics = new CollectedMetrics(comet.Services);
        using var client = await CometClient.ConnectAsync(comet.Tcp, "42");
        var large = new string('m', 700_000);

        // Until the operating system takes no more for a client that does not read.
        await Eventually.UntilAsync(async () =>
        {
            await host.PushAsync("push/room?rid=1", large);
            return metrics["goim.comet.messages.dropped", "room"] > 0;
        });

        Assert.Equal(0, metrics["goim.comet.messages.dropped", "broadcast"]);
    }

    private async Task<CometProgram> StartAsync(params string[] settings)
    {
        var comet = await CometProgram.StartAsync(
            host.Http.BaseAddress!, TestHost.Brokers, host.Topic, [$"--Comet:TcpPort={Ports.Next()}", .. settings]);
        await comet.UntilPingAsync("ok");
        return comet;
    }
}
