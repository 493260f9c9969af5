using System.Text;
using System.Text.Json;
using Azure.Storage.Blobs;
using Goim.Functions.Tests.Hosting;
using Goim.Logic.Idempotency;

namespace Goim.Functions.Tests.Integration.Idempotency;

/// <summary>Idempotency keys of callers with different function keys, over Azurite. Each caller has keys of its own.</summary>
[Collection(nameof(AzuriteFixture))]
public sealed class CallerTests(AzuriteFixture fixture) : IAsyncLifetime, IDisposable
{
    private const string Push = "/1/push/all?ack=broker";
    private readonly string key = $"k-{Guid.NewGuid():N}";
    private readonly LogLines log = new();
    private ITestStorage storage = null!;
    private TestHost host = null!;

    public async Task InitializeAsync()
    {
        if (fixture.Azurite is { } azurite)
        {
            storage = azurite.NewAccount();
            host = await TestHost.StartAsync(
                ["1"],
                [
                    "--LocalHost:RequireKeys=true", "--LocalHost:Keys:orders=orders+key/=", "--LocalHost:Keys:chat=chat-key",
                    $"--AzureWebJobsStorage={storage.ConnectionString}", "--Logging:LogLevel:Default=Trace",
                ],
                configure: log.AddTo);
        }
    }

    public async Task DisposeAsync() => await (host?.DisposeAsync() ?? ValueTask.CompletedTask);

    public void Dispose() => log.Dispose();

    [AzuriteFact]
    public async Task The_same_key_of_two_callers_is_two_pushes()
    {
        var first = await SendAsync(Push, "m", "x-functions-key: orders+key/=");
        var other = await SendAsync(Push, "m", "x-functions-key: chat-key");

        Assert.NotEqual(first.Body, other.Body);
        Assert.Equal(2, host.Records().Count);
        Assert.Equal(first.Body, (await SendAsync(Push, "m", "x-functions-key: orders+key/=")).Body);
        Assert.Equal(other.Body, (await SendAsync(Push, "m", "x-functions-key: chat-key")).Body);
        Assert.Equal(2, host.Records().Count);
    }

    [AzuriteFact]
    public async Task That_another_caller_has_used_a_key_is_not_told()
    {
        Assert.StartsWith("{\"ret\":1", (await SendAsync(Push, "secret", "x-functions-key: orders+key/=")).Body, StringComparison.Ordinal);

        var other = await SendAsync(Push, "guess", "x-functions-key: chat-key");

        Assert.Equal(1, JsonElement.Parse(other.Body).Ret());
        JsonElement.Parse((await SendAsync(Push, "guess", "x-functions-key: orders+key/=")).Body)
            .IsRefused("it came with another request");
    }

    [AzuriteFact]
    public async Task A_function_key_is_the_same_caller_in_the_header_and_in_the_query()
    {
        var first = await SendAsync(Push, "m", "x-functions-key: orders+key/=");

        Assert.Equal(first.Body, (await SendAsync($"{Push}&code=orders%2Bkey/%3D", "m")).Body);
        Assert.Equal(first.Body, (await SendAsync($"{Push}&CODE=orders%2bkey%2f=&code=chat-key", "m")).Body);
        Assert.Equal(first.Body, (await SendAsync($"{Push}&code=chat-key", "m", "X-Functions-Key: orders+key/=")).Body);
        Assert.Single(host.Records());
    }

    [AzuriteFact]
    public async Task A_batch_has_the_key_of_its_caller_too()
    {
        const string Batch = "{\"all\":true,\"m\":1}";
        var first = await SendAsync("/1/push/batch", Batch, "x-functions-key: orders+key/=");
        var other = await SendAsync("/1/push/batch", Batch, "x-functions-key: chat-key");

        Assert.NotEqual(first.Body, other.Body);
        Assert.Equal(2, host.Records().Count);
    }

    [AzuriteFact]
    public async Task Blobs_are_named_by_caller_and_neither_they_nor_the_log_have_the_function_key()
    {
        await SendAsync(Push, "m", "x-functions-key: orders+key/=");
        await SendAsync(Push, "m", "x-functions-key: chat-key");

        var names = new List<string>();
        await foreach (var blob in new BlobContainerClient(storage.ConnectionString, IdempotencyKeys.ContainerName).GetBlobsAsync())
        {
            names.Add(blob.Name);
        }

        Assert.All(names, name => Assert.Matches("^key-[0-9a-f]{64}/[0-9a-f]{64}$", name));
        Assert.Equal(2, names.Select(name => name.Split('/')[0]).Distinct().Count());
        Assert.Single(names.Select(name => name.Split('/')[1]).Distinct());
        Assert.Equal(0, log.Count("orders+key") + log.Count("chat-key") + names.Sum(name => log.Count(name.Split('/')[0])));
    }

    [AzuriteFact]
    public async Task Without_function_keys_all_callers_are_one()
    {
        await using var open = await StorageHost.StartAsync(storage);

        var first = await StorageIdempotencyTests.SendAsync(open, Push, "m", key);

        Assert.Equal(first.Body, (await StorageIdempotencyTests.SendAsync(open, Push, "m", key)).Body);
        Assert.True(await StorageIdempotencyTests.BlobOf(storage, key).ExistsAsync());
    }

    private Task<RawAnswer> SendAsync(string url, string body, params string[] headers) =>
        host.PostRawAsync(url, Encoding.UTF8.GetBytes(body), [$"Idempotency-Key: {key}", .. headers]);
}
