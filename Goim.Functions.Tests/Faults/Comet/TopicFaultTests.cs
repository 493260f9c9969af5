using Goim.Functions.Tests.Hosting;
using Goim.LocalHost.Broker;
using Goim.Protocol;

namespace Goim.Functions.Tests.Faults.Comet;

/// <summary>A comet's reader of the topic while its broker is down, or changes.</summary>
[Trait("Category", "Faults")]
[Collection(FaultRuns.Name)]
public sealed class TopicFaultTests
{
    private const string Topic = "pushes";
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task A_broker_that_is_down_at_the_start_is_waited_for()
    {
        using var broker = new EmbeddedBroker(Topic);
        using var producer = new TopicProducer(broker.Brokers, Topic);
        await producer.WriteToAllAsync("before");
        broker.SetDown();

        await using var reader = await TestTopicReader.BeginAsync(broker.Brokers, Topic);
        await Eventually.UntilAsync(() => reader.Log.Count("The ends of the push topic's partitions are not known yet") == 1);
        Assert.False(reader.IsReady);
        broker.SetUp();
        await Eventually.UntilAsync(() => reader.IsReady);
        var client = await reader.ConnectAsync(new SubKey(42, 1), 1);
        await producer.WriteToAllAsync("after");

        await Eventually.UntilAsync(() => client.Messages.Count >= 1);
        Assert.Equal(["after"], client.Messages);
    }

    [Fact]
    public async Task After_an_outage_it_goes_on_where_it_was()
    {
        using var broker = new EmbeddedBroker(Topic);
        using var producer = new TopicProducer(broker.Brokers, Topic);
        await using var reader = await TestTopicReader.StartAsync(broker.Brokers, Topic);
        var client = await reader.ConnectAsync(new SubKey(42, 1), 1);
        var written = 0;
        using var end = new CancellationTokenSource();
        var writing = Task.Run(async () =>
        {
            for (; !end.IsCancellationRequested; written++)
            {
                await producer.WriteToAllAsync($"{written}");
            }
        });
        await Eventually.UntilAsync(() => client.Messages.Count > 100);

        broker.SetDown();
        using (var timer = new PeriodicTimer(Outage))
        {
            await timer.WaitForNextTickAsync();
        }

        var before = client.Messages.Count;
        broker.SetUp();
        await Eventually.UntilAsync(() => client.Messages.Count > before + 100);
        await end.CancelAsync();
        await writing;

        await Eventually.UntilAsync(() => client.Messages.Count >= written);
        Assert.Equal(Enumerable.Range(0, written).Select(i => $"{i}"), client.Messages);
        Assert.Equal(0, reader.Counters.ResetOffsets);
    }

    // The embedded broker cannot give a topic more partitions. So another one takes over, whose topic has a partition more.
    [Fact]
    public async Task A_new_partition_is_read_from_its_beginning()
    {
        using var broker = new EmbeddedBroker();
        using var larger = new EmbeddedBroker();
        broker.CreateTopic(Topic, partitions: 1);
        larger.CreateTopic(Topic, partitions: 2);
        using (var producer = new TopicProducer(larger.Brokers, Topic))
        {
            await producer.WriteToAllAsync("new 1", partition: 1);
            await producer.WriteToAllAsync("new 2", partition: 1);
        }

        using var proxy = new BrokerProxy(broker);
        await using var reader = await TestTopicReader.StartAsync(proxy.Brokers, Topic);
        var client = await reader.ConnectAsync(new SubKey(42, 1), 1);

        proxy.Switch(larger);

        await Eventually.UntilAsync(() => Task.FromResult(client.Messages.Count >= 2), TimeSpan.FromSeconds(30));
        Assert.Equal(["new 1", "new 2"], client.Messages);
        Assert.Equal(1, reader.Log.Count("New partitions of the push topic, read from their beginning: 1"));
        Assert.Equal(0, reader.Counters.ResetOffsets);
    }
}
