using Confluent.Kafka;
using Goim.Functions.Tests.Hosting;
using Goim.LocalHost.Broker;

namespace Goim.Functions.Tests.Integration.Delivery;

/// <summary>A topic that is missing on a cluster that creates none, or that the app may not write to.</summary>
public sealed class RefusedTopicTests : IDisposable
{
    private readonly EmbeddedBroker broker = new();
    private readonly LogLines log = new();

    public void Dispose() => broker.Dispose();

    // A push that waits for the delivery timeout has the outcome unknown.
    [Theory]
    [InlineData(ErrorCode.UnknownTopicOrPart)]
    [InlineData(ErrorCode.TopicAuthorizationFailed)]
    public async Task Acknowledged_pushes_are_refused_until_the_topic_can_be_used(ErrorCode error)
    {
        await using var host = await StartAsync(pushes: error);

        (await host.PostAsync("/1/push/all?ack=broker", "m")).IsRefused($"Kafka refused 1 record ({error}): nothing was sent");
        var second = await host.PostAsync("/1/push/all?ack=broker", "m");
        second.IsRefused("Kafka refused 1 record (", "nothing was sent");
        Assert.Equal("""{"outcome":"none"}""", second.GetProperty("data").GetRawText());

        broker.SetTopicError(host.Topic, ErrorCode.NoError);
        await Eventually.UntilAsync(async () => (await host.PostAsync("/1/push/all?ack=broker", "m")).Ret() == 1);
    }

    [Theory]
    [InlineData(ErrorCode.UnknownTopicOrPart, "Unknown topic or partition")]
    [InlineData(ErrorCode.TopicAuthorizationFailed, "Topic authorization failed")]
    public async Task Ping_and_log_tell_it_without_a_push_and_when_it_is_over(ErrorCode error, string reason)
    {
        await using var host = await StartAsync(pushes: error);

        await host.UntilPingAsync("broker");
        await Eventually.UntilAsync(() => log.Count($"Kafka topic {host.Topic} cannot be used: {error} (Broker: {reason}).") == 1);
        Assert.Equal(0, log.Count($"Kafka topic {host.Topic}-events"));

        broker.SetTopicError(host.Topic, ErrorCode.NoError);
        await host.UntilWellAsync();
        await Eventually.UntilAsync(() => log.Count($"Kafka topic {host.Topic} can be used again.") == 1);
    }

    [Fact]
    public async Task A_missing_topic_of_events_is_logged_and_pushes_go_on()
    {
        await using var host = await StartAsync(events: ErrorCode.UnknownTopicOrPart);

        await Eventually.UntilAsync(() => log.Count($"Kafka topic {host.Topic}-events cannot be used: UnknownTopicOrPart") == 1);

        await host.UntilWellAsync();
        Assert.Equal(1, (await host.PostAsync("/1/push/all?ack=broker", "m")).Ret());
        Assert.Equal(0, log.Count($"Kafka topic {host.Topic} cannot"));
    }

    // A broker may let an app see a topic, and not write to it.
    [Fact]
    public async Task Ping_says_broker_after_a_push_that_the_broker_refused_for_its_topic()
    {
        await using var host = await StartAsync();
        await host.UntilWellAsync();
        Assert.Equal(1, (await host.PostAsync("/1/push/all?ack=broker", "m")).Ret());
        broker.FailNext(BrokerFaults.Produce, ErrorCode.TopicAuthorizationFailed);

        (await host.PostAsync("/1/push/all?ack=broker", "m")).IsRefused("Kafka refused 1 record (TopicAuthorizationFailed)");
        await host.UntilPingAsync("broker");

        await Eventually.UntilAsync(async () => (await host.PostAsync("/1/push/all?ack=broker", "m")).Ret() == 1);
        await host.UntilWellAsync();
    }

    [Fact]
    public async Task Topics_that_the_cluster_creates_are_no_fault()
    {
        await using var host = await TestHost.StartAsync(
            ["1"], ["--Logging:LogLevel:Default=Warning"], broker.Brokers, configure: log.AddTo);

        await host.UntilWellAsync();
        Assert.Equal(1, (await host.PostAsync("/1/push/all?ack=broker", "m")).Ret());
        Assert.Equal(0, log.Count("cannot be used"));
    }

    private Task<TestHost> StartAsync(ErrorCode pushes = ErrorCode.NoError, ErrorCode events = ErrorCode.NoError)
    {
        var made = new TestBroker(broker.Brokers, topic =>
        {
            broker.CreateTopic(topic);
            broker.SetTopicError(topic, topic.EndsWith("-events", StringComparison.Ordinal) ? events : pushes);
            return Task.CompletedTask;
        });
        return TestHost.StartAsync(made, ["1"], log.AddTo, "--Logging:LogLevel:Default=Information");
    }
}
