using System.Text.Json;
using Goim.Functions.Tests.Hosting;
using Goim.LocalHost.Broker;

namespace Goim.Functions.Tests.Integration.Idempotency;

/// <summary>Pushes that wait for the storage of their key, and what its log says when it fails.</summary>
[Collection(nameof(AzuriteFixture))]
public sealed class HangingStorageTests(AzuriteFixture fixture) : IDisposable
{
    private const string NoAnswer = "the storage for Idempotency-Key does not answer: nothing was sent, repeat the call.";
    private readonly LogLines log = new();

    public void Dispose() => log.Dispose();

    [AzuriteFact]
    public async Task A_push_without_a_key_needs_no_turn_of_those_that_wait_for_the_storage()
    {
        await using var proxy = await StorageProxy.StartAsync(fixture.Azurite!.NewAccount(), "Blob");
        await using var host = await StartAsync(proxy, "--Push:MaxConcurrent=2");
        proxy.Hangs = _ => true;
        var waiting = Enumerable.Range(0, 2).Select(i => SendAsync(host, "/1/push/all", $"k{i}")).ToArray();
        await Eventually.UntilAsync(() => Task.FromResult(proxy.Hung >= 2));

        for (var i = 0; i < 10; i++)
        {
            (await host.PostAsync("/1/push/all", "m")).IsOk();
        }

        Assert.Equal(10, host.Records().Count);
        Assert.All(await Task.WhenAll(waiting), answer => JsonElement.Parse(answer.Body).IsRefused(NoAnswer));
        Assert.Equal(2, log.Count("Error: The storage of idempotency keys failed: Put Blob timed out."));
    }

    [AzuriteFact]
    public async Task One_push_with_a_key_more_than_may_be_under_way_is_refused_and_one_without_a_key_is_not()
    {
        using var broker = new EmbeddedBroker();
        await using var host = await TestHost.StartAsync(
            broker, "--Push:MaxConcurrent=1", $"--AzureWebJobsStorage={fixture.Azurite!.NewAccount().ConnectionString}");
        await SendAsync(host, "/1/push/all?ack=broker", "first");
        broker.SetDown();
        var waiting = SendAsync(host, "/1/push/all?ack=broker", "second");
        await Eventually.UntilAsync(async () => (await host.StatAsync()).GetProperty("pushes").GetInt32() == 2);

        JsonElement.Parse((await SendAsync(host, "/1/push/all", "third")).Body).IsRefused(
            "1 pushes with Idempotency-Key are under way: expected no more at once (Push__MaxConcurrent), nothing was sent");
        (await host.PostAsync("/1/push/all", "m")).IsOk();
        Assert.Equal("{\"ret\":1,", (await SendAsync(host, "/1/push/all?dry=1", "third")).Body[..9]);
        broker.SetUp();
        await waiting;
    }

    [AzuriteFact]
    public async Task A_storage_that_answers_an_error_is_named_in_the_log_with_its_status()
    {
        await using var proxy = await StorageProxy.StartAsync(fixture.Azurite!.NewAccount(), "Blob");
        await using var host = await StartAsync(proxy);
        proxy.Refuses = _ => true;

        JsonElement.Parse((await SendAsync(host, "/1/push/all", "k")).Body).IsRefused(NoAnswer);

        Assert.Equal(1, log.Count("Error: The storage of idempotency keys failed: Put Blob was answered 503."));
    }

    [AzuriteFact]
    public async Task A_storage_that_takes_no_connection_is_named_in_the_log()
    {
        var proxy = await StorageProxy.StartAsync(fixture.Azurite!.NewAccount(), "Blob");
        await using var host = await StartAsync(proxy);
        await proxy.DisposeAsync();

        JsonElement.Parse((await SendAsync(host, "/1/push/all", "k")).Body).IsRefused(NoAnswer);

        Assert.Equal(1, log.Count("Error: The storage of idempotency keys failed: Put Blob had no connection (ConnectionRefused)."));
    }

    private Task<TestHost> StartAsync(StorageProxy proxy, params string[] settings) => TestHost.StartAsync(
        ["1"], [$"--AzureWebJobsStorage={proxy.ConnectionString}", .. settings], configure: log.AddTo);

    private static Task<RawAnswer> SendAsync(TestHost host, string url, string key) =>
        StorageIdempotencyTests.SendAsync(host, url, "m", key);
}
