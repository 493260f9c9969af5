using System.Text;
using System.Text.Json;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Idempotency;

public sealed class StorageDownTests
{
    [AzuriteFact]
    public async Task A_key_is_refused_and_a_push_without_one_is_not()
    {
        await using var azurite = await Azurite.StartAsync();
        await using var host = await TestHost.StartAsync($"--AzureWebJobsStorage={azurite.ConnectionString}");
        await azurite.StopAsync();

        var answer = await SendAsync(host, "X-Goim-Errors: http");

        Assert.Equal((503, "1"), (answer.Status, answer.Headers["Retry-After"]));
        JsonElement.Parse(answer.Body).IsRefused("the storage for Idempotency-Key does not answer: nothing was sent, repeat the call.");
        (await host.PostAsync("/1/push/all", "m")).IsOk();
        Assert.Single(host.Records());
        await host.UntilPingAsync("storage");

        await azurite.RestartAsync();
        await host.UntilPingAsync("ok");
        Assert.Equal("{\"ret\":1}", (await SendAsync(host)).Body);
    }

    [Fact]
    public async Task Without_storage_a_key_is_refused()
    {
        await using var host = await TestHost.StartAsync();

        JsonElement.Parse((await SendAsync(host)).Body)
            .IsRefused("Idempotency-Key needs storage, and AzureWebJobsStorage is not set; nothing was sent.");
        Assert.Empty(host.Records());
    }

    private static Task<RawAnswer> SendAsync(TestHost host, params string[] headers) =>
        host.PostRawAsync("/1/push/all", Encoding.ASCII.GetBytes("m"), ["Idempotency-Key: k", .. headers]);
}
