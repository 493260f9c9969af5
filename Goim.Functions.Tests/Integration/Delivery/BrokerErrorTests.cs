using Confluent.Kafka;
using Goim.Functions.Tests.Hosting;
using Goim.LocalHost.Broker;

namespace Goim.Functions.Tests.Integration.Delivery;

/// <summary>What a caller and the log are told about a broker's error.</summary>
public sealed class BrokerErrorTests : IDisposable
{
    // librdkafka repeats these itself, or takes them for an acknowledgement.
    private static readonly HashSet<ErrorCode> Repeated =
    [
        ErrorCode.InvalidMsg, ErrorCode.UnknownTopicOrPart, ErrorCode.LeaderNotAvailable, ErrorCode.NotLeaderForPartition,
        ErrorCode.RequestTimedOut, ErrorCode.BrokerNotAvailable, ErrorCode.ReplicaNotAvailable, ErrorCode.GroupLoadInProgress,
        ErrorCode.GroupCoordinatorNotAvailable, ErrorCode.NotCoordinatorForGroup, ErrorCode.NotEnoughReplicas,
        ErrorCode.NotEnoughReplicasAfterAppend, ErrorCode.DuplicateSequenceNumber, ErrorCode.KafkaStorageError,
        ErrorCode.UnknownProducerId,
    ];

    // After one of these, no record of the push is on the topic.
    private static readonly HashSet<ErrorCode> Refusals =
    [
        ErrorCode.MsgSizeTooLarge, ErrorCode.TopicException, ErrorCode.RecordListTooLarge, ErrorCode.InvalidMsgSize,
        ErrorCode.InvalidTimestamp, ErrorCode.InvalidRecord, ErrorCode.PolicyViolation, ErrorCode.UnsupportedCompressionType,
        ErrorCode.TopicAuthorizationFailed, ErrorCode.ClusterAuthorizationFailed, ErrorCode.UnsupportedForMessageFormat,
        ErrorCode.UnknownTopicId,
    ];

    private readonly EmbeddedBroker broker = new();
    private readonly LogLines log = new();

    public void Dispose() => broker.Dispose();

    [Fact]
    public async Task Every_error_of_the_broker_is_in_the_answer()
    {
        await using var host = await TestHost.StartAsync(broker);
        foreach (var error in Enum.GetValues<ErrorCode>().Where(error => error is ErrorCode.Unknown or > ErrorCode.NoError).Distinct())
        {
            await Eventually.UntilAsync(async () => (await host.PostAsync("/1/push/all?ack=broker", "m")).Ret() == 1);
            broker.FailNext(BrokerFaults.Produce, error);

            var answer = await host.PostAsync("/1/push/all?ack=broker", "m");

            if (Repeated.Contains(error))
            {
                Assert.True(answer.Ret() == 1, $"{error}: {answer}");
                continue;
            }

            var outcome = answer.GetProperty("data").GetProperty("outcome").GetString();
            Assert.True(outcome == (Refusals.Contains(error) ? "none" : "unknown"), $"{error}: {answer}");
            Assert.StartsWith(
                error switch
                {
                    ErrorCode.MsgSizeTooLarge => "the broker refused the record for its size",
                    _ when outcome == "none" => $"Kafka refused 1 record ({error}): ",
                    _ => $"Kafka did not acknowledge 1 of 1 record ({error}): ",
                },
                answer.GetProperty("error").GetString(),
                StringComparison.Ordinal);
        }
    }

    // The broker gives the producer no id, so the producer purges its queue.
    [Fact]
    public async Task What_ended_the_producer_is_in_the_answer()
    {
        broker.FailNext(BrokerFaults.InitProducerId, [.. Enumerable.Repeat(ErrorCode.ClusterAuthorizationFailed, 3)]);
        await using var host = await TestHost.StartAsync(broker);
        var errors = new List<string>();

        await Eventually.UntilAsync(async () =>
        {
            var answer = await host.PostAsync("/1/push/all?ack=broker", "m");
            errors.Add(answer.Ret() == 1 ? "" : answer.GetProperty("error").GetString()!);
            return answer.Ret() == 1;
        });

        Assert.Equal("", errors[^1]);
        errors.RemoveAt(errors.Count - 1);
        Assert.NotEmpty(errors);
        Assert.All(errors, error => Assert.Contains("(ClusterAuthorizationFailed)", error, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_broker_that_is_down_makes_one_line_a_minute_for_each_error()
    {
        using var cluster = new EmbeddedBroker(3);
        await using var host = await TestHost.StartAsync(
            TestBroker.On(cluster), ["1"], log.AddTo, "--Logging:LogLevel:Default=Warning", "--KafkaDeliveryTimeout=00:00:02");
        await Eventually.UntilAsync(async () => (await host.PostAsync("/1/push/all?ack=broker", "m")).Ret() == 1);
        cluster.SetDown();

        for (var i = 0; i < 3; i++)
        {
            (await host.PostAsync("/1/push/all?ack=broker", "m")).IsRefused("in time (Local_MsgTimedOut)");
        }

        Assert.Equal(1, log.Count($"Kafka did not acknowledge a record for topic {host.Topic}: Local_MsgTimedOut (0 more"));
        Assert.Equal(1, log.Count($"Kafka did not acknowledge a record for topic {host.Topic}: Local_MsgTimedOut"));
        Assert.Equal(1, log.Count("Kafka: Local_Transport: "));
        Assert.Equal(1, log.Count("Kafka: Local_AllBrokersDown: "));
    }
}
