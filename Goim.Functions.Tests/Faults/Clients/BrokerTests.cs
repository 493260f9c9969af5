using System.Net;
using Confluent.Kafka;
using Goim.Client;
using Goim.Functions.Tests.Hosting;
using Goim.LocalHost.Broker;

namespace Goim.Functions.Tests.Faults.Clients;

/// <summary>Pushes of a backend while the broker fails, compared with the topic afterwards.</summary>
[Collection(FaultRuns.Name)]
[Trait("Category", "Faults")]
public sealed class BrokerTests(AzuriteFixture fixture) : IClassFixture<AzuriteFixture>, IDisposable
{
    private readonly EmbeddedBroker broker = new();

    public void Dispose() => broker.Dispose();

    // The app waits for the broker longer than an attempt may take: a repeat with the same key gets the first one's answer.
    [AzuriteFact]
    public async Task With_keys_each_push_is_acknowledged_once_when_the_broker_is_back()
    {
        await using var host = await StartAsync();
        using var pushes = new ClientPushes(host.Http.BaseAddress!);
        await pushes.SendAsync(20);

        var sending = Task.WhenAll(pushes.SendAsync(200), pushes.SendInBatchesAsync(200, ofEach: 50));
        broker.SetDown();
        await Eventually.UntilAsync(() => pushes.Attempts.Count(static attempt => attempt.Status is null) > 20);
        broker.SetUp();
        await sending;

        pushes.AssertAllAcknowledged(420);
        ClientPushes.AssertKept(host.Records(), pushes);
    }

    [Fact]
    public async Task Without_keys_a_push_that_is_not_answered_in_time_is_unknown_and_not_sent_again()
    {
        await using var host = await TestHost.StartAsync(broker);
        await ClientPushes.ConnectUserAsync(host.Nodes["1"].Client);
        using var pushes = new ClientPushes(host.Http.BaseAddress!, static options => options.UseIdempotencyKeys = false);
        await pushes.SendAsync(20);

        var sending = Task.WhenAll(pushes.SendAsync(200, atOnce: 100), pushes.SendInBatchesAsync(100, ofEach: 50));
        broker.SetDown();
        await Eventually.UntilAsync(() => pushes.Count(PushOutcome.Unknown) > 50);
        broker.SetUp();
        await sending;

        Assert.Equal(320, pushes.Count(PushOutcome.Unknown) + pushes.Count(PushOutcome.Acknowledged));
        Assert.Equal(pushes.Attempts.Count, pushes.Attempts.DistinctBy(static attempt => attempt.Body).Count());
        ClientPushes.AssertKept(host.Records(), pushes);
    }

    // The app gives up on records before the broker is back. Pushes that do not fit into its queue are refused.
    [AzuriteTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_push_that_the_app_has_given_up_on_stays_unknown_and_one_that_it_refused_is_sent_again(bool useKeys)
    {
        await using var host = await StartAsync("--KafkaDeliveryTimeout=00:00:01", "--KafkaQueueMessages=30");
        using var pushes = new ClientPushes(host.Http.BaseAddress!, options => SetKeys(options, useKeys));
        await Eventually.UntilAsync(async () => (await pushes.SendAsync()).IsDone);
        var before = pushes.Count(PushOutcome.Unknown);

        broker.SetDown();
        var sending = Task.WhenAll(pushes.SendAsync(150, atOnce: 75), pushes.SendInBatchesAsync(100, ofEach: 50));
        await Eventually.UntilAsync(() => pushes.Count(PushOutcome.Unknown) > before);
        broker.SetUp();
        await sending;

        Assert.Equal(0, pushes.Count(PushOutcome.None));
        Assert.InRange(pushes.Count(PushOutcome.Acknowledged), 100, 250);
        Assert.Contains(
            pushes.Attempts, static attempt => attempt is { Status: HttpStatusCode.ServiceUnavailable, RetryAfter.Ticks: > 0 });
        ClientPushes.AssertKept(host.Records(), pushes);
    }

    [Fact]
    public async Task A_push_that_the_broker_refuses_is_sent_again_also_without_a_key()
    {
        await using var host = await TestHost.StartAsync(broker);
        await ClientPushes.ConnectUserAsync(host.Nodes["1"].Client);
        using var pushes = new ClientPushes(host.Http.BaseAddress!, static options => SetKeys(options, false));
        await pushes.SendAsync(1);

        broker.FailNext(BrokerFaults.Produce, [.. Enumerable.Repeat(ErrorCode.PolicyViolation, 3)]);
        await pushes.SendInBatchesAsync(100, ofEach: 20);
        broker.FailNext(BrokerFaults.Produce, [.. Enumerable.Repeat(ErrorCode.PolicyViolation, 3)]);
        await pushes.SendAsync(100);

        // Of the two records of a push to the user, the broker may refuse one.
        Assert.Equal(201, pushes.Count(PushOutcome.Acknowledged) + pushes.Count(PushOutcome.Some));
        Assert.InRange(pushes.Attempts.Count, 108, 400);
        ClientPushes.AssertKept(host.Records(), pushes);
    }

    // A repeat would not help, and would hold up the batches after it.
    [Fact]
    public async Task A_push_that_is_too_large_for_the_topic_is_not_sent_again()
    {
        await using var host = await TestHost.StartAsync(broker);
        using var pushes = new ClientPushes(host.Http.BaseAddress!, static options => SetKeys(options, false), first: 1);

        broker.FailNext(BrokerFaults.Produce, ErrorCode.MsgSizeTooLarge);
        await pushes.SendAsync();
        await pushes.SendAsync();
        broker.FailNext(BrokerFaults.Produce, ErrorCode.MsgSizeTooLarge);
        await pushes.SendInBatchesAsync(1, ofEach: 1);

        Assert.Equal(["1", "3"], pushes.Messages(PushOutcome.None).Order());
        Assert.Equal(3, pushes.Attempts.Count);
        Assert.All(pushes.Errors, static error => Assert.Contains("refused the record for its size", error, StringComparison.Ordinal));
        Assert.Empty(host.Records());
    }

    private static void SetKeys(GoimClientOptions options, bool useKeys)
    {
        options.UseIdempotencyKeys = useKeys;
        options.AttemptTimeout = TimeSpan.FromSeconds(30);
    }

    private async Task<TestHost> StartAsync(params string[] settings)
    {
        var host = await TestHost.StartAsync(
            broker, [$"--AzureWebJobsStorage={fixture.Azurite!.NewAccount().ConnectionString}", .. settings]);
        await ClientPushes.ConnectUserAsync(host.Nodes["1"].Client);
        return host;
    }
}
