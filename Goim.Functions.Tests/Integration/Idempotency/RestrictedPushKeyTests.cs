using System.Text.Json;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Idempotency;

/// <summary>The parts of a push that goim does not have are parts of the request that a key belongs to.</summary>
[Collection(nameof(AzuriteFixture))]
public sealed class RestrictedPushKeyTests(AzuriteFixture fixture)
{
    private readonly string key = $"k-{Guid.NewGuid():N}";

    [AzuriteTheory]
    [InlineData("/1/push/key?key=42_1", "/1/push/key?key=42_2", "m")]
    [InlineData("/1/push?uid=42&except=43_1,43_2", "/1/push?uid=42&except=43_1", "m")]
    [InlineData("/1/push/all?except=43_1,43_2", "/1/push/all?except=43_1", "m")]
    [InlineData("/1/push/all?ttl=60", "/1/push/all?ttl=61", "m")]
    [InlineData("/1/push/all?ttl=60", "/1/push/all", "m")]
    [InlineData("/1/push/rooms?ttl=60", "/1/push/rooms", """{"m":1,"r":[1]}""")]
    public async Task Another_connection_another_except_or_another_time_to_live_is_another_request(string first, string other, string body)
    {
        await using var host = await TestHost.StartAsync($"--AzureWebJobsStorage={fixture.Azurite!.ConnectionString}");
        await host.Nodes["1"].PutAsync(42, 1, 3, 1);
        await host.Nodes["1"].PutAsync(42, 2, 3, 1);
        Assert.Equal("{\"ret\":1}", await SendAsync(host, first, body));

        JsonElement.Parse(await SendAsync(host, other, body)).IsRefused($"Idempotency-Key is '{key}': it came with another request");
        Assert.Equal(
            "{\"ret\":1}",
            await SendAsync(host, first.Replace("43_1,43_2", "43_2,43_1,43_2", StringComparison.Ordinal), body));
        Assert.Single(host.Records());
    }

    private async Task<string> SendAsync(TestHost to, string url, string body) =>
        (await StorageIdempotencyTests.SendAsync(to, url, body, key)).Body;
}
