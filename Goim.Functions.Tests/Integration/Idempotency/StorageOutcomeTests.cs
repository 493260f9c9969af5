using System.Text.Json;
using Goim.Functions.Tests.Hosting;
using Goim.LocalHost.Broker;

namespace Goim.Functions.Tests.Integration.Idempotency;

/// <summary>Pushes with an Idempotency-Key whose broker is late, over Azurite.</summary>
public abstract class StorageOutcomeTests
{
    private readonly ITestStorage? storage;
    private readonly string key = $"k-{Guid.NewGuid():N}";

    /// <param name="storage">Null where there is none; then the tests are skipped.</param>
    private protected StorageOutcomeTests(ITestStorage? storage) => this.storage = storage;

    [StorageFact]
    public async Task An_outcome_that_is_not_known_is_kept()
    {
        using var broker = new EmbeddedBroker();
        await using var slow = await TestHost.StartAsync(
            broker, "--KafkaDeliveryTimeout=00:00:02", $"--AzureWebJobsStorage={storage!.ConnectionString}");
        var warmUps = 0;
        await Eventually.UntilAsync(async () =>
        {
            var first = await StorageIdempotencyTests.SendAsync(slow, "/1/push/all?ack=broker", "m", $"first{++warmUps}{key}");
            return first.Body.StartsWith("{\"ret\":1", StringComparison.Ordinal);
        });
        broker.SetRoundTrip(TimeSpan.FromSeconds(5));
        var unknown = await StorageIdempotencyTests.SendAsync(slow, "/1/push/all?ack=broker", "m", key, "X-Goim-Errors: http");
        broker.SetRoundTrip(TimeSpan.Zero);

        Assert.Equal(503, unknown.Status);
        Assert.Contains("\"outcome\":\"unknown\"", unknown.Body, StringComparison.Ordinal);
        var repeated = await StorageIdempotencyTests.SendAsync(slow, "/1/push/all?ack=broker", "m", key, "X-Goim-Errors: http");
        Assert.Equal((503, unknown.Body), (repeated.Status, repeated.Body));
    }

    // Another request takes the key: the batch stops, and its answer says what was sent.
    [StorageFact]
    public async Task A_batch_that_loses_its_key_sends_no_more()
    {
        using var broker = new EmbeddedBroker();
        await using var narrow = await TestHost.StartAsync(
            broker, "--KafkaQueueMessages=1", $"--AzureWebJobsStorage={storage!.ConnectionString}");
        await StorageIdempotencyTests.SendAsync(narrow, "/1/push/all?ack=broker", "m", "first" + key);
        broker.SetRoundTrip(TimeSpan.FromSeconds(3));
        var lines = string.Concat(Enumerable.Repeat("{\"all\":true,\"m\":1}\n", 20));
        var batch = StorageIdempotencyTests.SendAsync(narrow, "/1/push/batch", lines, key);
        await Eventually.UntilAsync(async () => await StorageIdempotencyTests.BlobOf(storage!, key).ExistsAsync());
        await StorageIdempotencyTests.BlobOf(storage!, key).DeleteAsync();

        var answers = (await batch).Body.TrimEnd('\n').Split('\n');

        Assert.Equal(20, answers.Length);
        Assert.StartsWith("{\"ret\":1", answers[0], StringComparison.Ordinal);
        JsonElement.Parse(answers[^1]).IsRefused($"line 20: Idempotency-Key is '{key}': the first request with it is still under way");
    }
}
