using Goim.Client;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Faults.Clients;

/// <summary>Pushes of a backend while the app is killed and started again.</summary>
[Collection(FaultRuns.Name)]
[Trait("Category", "Faults")]
public sealed class RestartTests(AzuriteFixture fixture) : IClassFixture<AzuriteFixture>
{
    private const int AtOnce = 10, OfEach = 10;

    // The app that was killed still holds the keys of its last pushes. So their repeats are refused, and they stay unknown.
    [AzuriteFact]
    public async Task Only_pushes_that_were_under_way_are_unknown_and_none_is_sent_twice()
    {
        await using var node = await TestNode.StartAsync();
        await ClientPushes.ConnectUserAsync(node.Client);
        var (topic, url) = (TestHost.NewTopic(), BadNetwork.UrlOf(Ports.Next()));
        string[] settings =
        [
            $"--urls={url}", $"--KafkaBrokers={TestHost.Brokers}", $"--KafkaTopic={topic}", $"--KafkaEventsTopic={topic}-events",
            $"--Router:Nodes:1={node.Address}", $"--AzureWebJobsStorage={fixture.Azurite!.NewAccount().ConnectionString}",
            "--Logging:LogLevel:Default=Error",
        ];
        using var keyed = new ClientPushes(url, SetTimes);
        using var others = new ClientPushes(url, SetTimes + (static options => options.UseIdempotencyKeys = false), first: 1_000_000);
        Task sending;
        using (await StartAsync(settings))
        {
            sending = Task.WhenAll(
                keyed.SendAsync(400, AtOnce), keyed.SendInBatchesAsync(400, OfEach),
                others.SendAsync(3_000, AtOnce), others.SendInBatchesAsync(3_000, OfEach));
            await Eventually.UntilAsync(() => Math.Min(Acknowledged(keyed), Acknowledged(others)) > 100);
        }

        await Eventually.UntilAsync(() => keyed.Attempts.Count(static attempt => attempt.Status is null) > 2 * AtOnce);
        using var again = await StartAsync(settings);
        await sending;

        // While a process dies, some of its connections are still open: each may take another push or batch with it.
        Assert.InRange(keyed.Count(PushOutcome.Unknown), 0, 5 * (AtOnce + OfEach));
        Assert.InRange(others.Count(PushOutcome.Unknown), 0, 5 * (AtOnce + OfEach));
        Assert.Equal((0, 0), (keyed.Count(PushOutcome.None), others.Count(PushOutcome.None)));
        ClientPushes.AssertKept(RecordReader.ReadAll(TestHost.Brokers, topic), keyed, others);
    }

    // An attempt may take as long as the call: a push is lost by the kill alone, not because the app is slow after its start.
    private static Action<GoimClientOptions> SetTimes =>
        static options => options.AttemptTimeout = options.Timeout = TimeSpan.FromSeconds(20);

    private static int Acknowledged(ClientPushes pushes) => pushes.Count(PushOutcome.Acknowledged);

    private static async Task<LocalHostProcess> StartAsync(string[] settings)
    {
        var app = LocalHostProcess.Start(new Dictionary<string, string>(), settings);
        await app.ReadToAsync("Ctrl+C");
        return app;
    }
}
