using Goim.Functions.Tests.Faults.Delivery;
using Goim.Functions.Tests.Hosting;
using Goim.Functions.Tests.Integration.LocalHost;
using Goim.LocalHost.Broker;

namespace Goim.Functions.Tests.Faults.LocalHost;

/// <summary>Acknowledged pushes in flight when the process is told to end.</summary>
[Collection(FaultRuns.Name)]
[Trait("Category", "Faults")]
public sealed class StopTests : IDisposable
{
    private readonly EmbeddedBroker broker = new("pushes", "events");

    public void Dispose() => broker.Dispose();

    [Fact]
    public async Task Ten_thousand_pushes_in_flight_are_answered_with_what_is_on_the_topic()
    {
        using var watch = new TopicWatch(broker.Brokers, "pushes");
        using var process = Start();
        using var http = await HttpAsync(process);
        var pushes = new AcknowledgedPushes(http);
        await pushes.SendAsync();
        var all = pushes.SendAsync(10_000, 10_000);
        await Eventually.UntilAsync(() => Task.FromResult(pushes.Count("all") > 200));

        process.CtrlC();
        await all;

        Assert.Equal(0, (await process.EndAsync()).Code);
        Assert.InRange(pushes.Count("all"), 200, 10_001);
        await pushes.AssertKeptAsync(watch);
    }

    [Fact]
    public async Task Pushes_that_the_broker_does_not_answer_for_in_time_are_answered_as_unknown_and_reported()
    {
        using var watch = new TopicWatch(broker.Brokers, "pushes");
        using var process = Start();
        using var http = await HttpAsync(process);
        var pushes = new AcknowledgedPushes(http);
        await pushes.SendAsync();
        broker.SetRoundTrip(TimeSpan.FromSeconds(30));
        var waiting = pushes.SendAsync(50, 50);
        await Eventually.UntilAsync(async () =>
            (await http.GetStringAsync("/monitor/stat")).Contains("\"pushes\":51", StringComparison.Ordinal));

        process.CtrlC();
        await waiting;

        Assert.Equal(50, pushes.Count("unknown"));
        var (code, output, _) = await process.EndAsync();
        Assert.Equal(0, code);
        const string Report = "50 records were not acknowledged before the stop: whether they are on the topic is not known.";
        Assert.Single(output.Split(Report).Skip(1));
        broker.SetRoundTrip(TimeSpan.Zero);
        await pushes.AssertKeptAsync(watch);
    }

    private LocalHostProcess Start() => LocalHostProcess.Start(
        new Dictionary<string, string>
        {
            ["KafkaBrokers"] = broker.Brokers,
            ["KafkaTopic"] = "pushes",
            ["KafkaEventsTopic"] = "events",
            ["Push__MaxConcurrent"] = "20000",
        },
        "--urls=http://127.0.0.1:0");

    private static async Task<HttpClient> HttpAsync(LocalHostProcess process)
    {
        var url = StartAndStopTests.Url().Match(await process.ReadToAsync("Ctrl+C")).Value;
        return new HttpClient { BaseAddress = new Uri(url) };
    }
}
