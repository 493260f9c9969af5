using Confluent.Kafka;
using Goim.Functions.Tests.Hosting;
using Goim.LocalHost.Broker;

namespace Goim.Functions.Tests.Integration.Telemetry;

/// <summary><c>goim.pushes.answered</c> by what has become of a push.</summary>
public sealed class PushMetricsTests : IDisposable
{
    private const string Pushes = "goim.pushes.answered";
    private readonly EmbeddedBroker broker = new();

    public void Dispose() => broker.Dispose();

    [Fact]
    public async Task A_push_is_counted_once_by_its_outcome()
    {
        await using var host = await TestHost.StartAsync(broker);
        using var metrics = new CollectedMetrics(host.App.Services);

        (await host.PostAsync("/1/push/all", "m")).IsOk();

        // Its record is there before the broker fails one.
        Assert.Single(host.Records());
        await Eventually.UntilAsync(async () => (await host.PostAsync("/1/push/all?ack=broker", "m")).Ret() == 1);
        var acknowledged = metrics[Pushes, "acknowledged"];
        foreach (var (error, outcome) in new[] { (ErrorCode.PolicyViolation, "none"), (ErrorCode.Unknown, "unknown") })
        {
            broker.FailNext(BrokerFaults.Produce, error);
            var answer = await host.PostAsync("/1/push/all?ack=broker", "m");
            Assert.Equal(outcome, answer.GetProperty("data").GetProperty("outcome").GetString());
        }

        Assert.Equal((1, 1, 1), (metrics[Pushes, "queued"], metrics[Pushes, "none"], metrics[Pushes, "unknown"]));
        Assert.InRange(acknowledged, 1, int.MaxValue);
        Assert.Equal(metrics[Pushes], 3 + metrics[Pushes, "acknowledged"]);
        Assert.Equal(metrics["goim.pushes"], metrics[Pushes]);
    }

    [Fact]
    public async Task Pushes_of_a_batch_are_counted_one_by_one_and_refused_ones_not_at_all()
    {
        await using var host = await TestHost.StartAsync();
        using var metrics = new CollectedMetrics(host.App.Services);

        using var answers = await host.Http.PostAsync("/1/push/batch", new ByteArrayContent("""
            {"all":true,"m":"a"}
            {"rid":1,"m":"b"}
            {"rid":"one","m":"c"}
            """u8.ToArray()));
        Assert.Contains("line 3", await answers.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        (await host.PostAsync("/1/push?uid=forty-two", "m")).IsRefused("uid");
        Assert.Equal(1, (await host.PostAsync("/1/push/all?dry=1&detail=1", "m")).Ret());

        Assert.Equal((2, 2), (metrics[Pushes, "acknowledged"], metrics[Pushes]));
    }
}
