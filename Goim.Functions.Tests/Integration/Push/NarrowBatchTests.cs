using Goim.Functions.Tests.Hosting;
using Goim.LocalHost.Broker;

namespace Goim.Functions.Tests.Integration.Push;

/// <summary>Batches that are larger than the producer's queue.</summary>
public sealed class NarrowBatchTests
{
    [Fact]
    public async Task A_batch_above_the_producers_queue_goes_through_it_piece_by_piece()
    {
        await using var narrow = await TestHost.StartAsync("--KafkaQueueMessages=50");
        var lines = string.Concat(Enumerable.Range(0, 2_000).Select(i => $$"""{"all":true,"m":{{i}}}""" + "\n"));
        using var response = await narrow.Http.PostAsync("/1/push/batch", new StringContent(lines));

        var answers = BatchTests.Read(await response.Content.ReadAsStringAsync());
        Assert.All(answers, answer => Assert.Equal(1, answer.Ret()));
        Assert.Equal(2_000, narrow.Records().Count);
    }

    [Fact]
    public async Task A_batch_sends_no_more_when_its_caller_has_left()
    {
        using var broker = new EmbeddedBroker();
        await using var narrow = await TestHost.StartAsync(broker, "--KafkaQueueMessages=1");
        await narrow.PostAsync("/1/push/all?ack=broker", "m");
        using var watch = narrow.Watch();
        broker.SetRoundTrip(TimeSpan.FromMilliseconds(500));
        using var leave = new CancellationTokenSource();
        var lines = string.Concat(Enumerable.Repeat("{\"all\":true,\"m\":1}\n", 120));
        var batch = narrow.Http.PostAsync("/1/push/batch", new StringContent(lines), leave.Token);
        await Eventually.UntilAsync(() => watch.HasRead("1"));
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => batch);

        broker.SetRoundTrip(TimeSpan.Zero);
        await Eventually.UntilAsync(async () => (await narrow.PostAsync("/1/push/all?ack=broker", "m")).Ret() == 1);
        Assert.InRange(narrow.Records().Count, 3, 100);
    }
}
