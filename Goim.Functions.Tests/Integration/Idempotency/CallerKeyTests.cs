using System.Text;
using Azure.Storage.Blobs;
using Goim.Functions.Tests.Hosting;
using Goim.Logic.Idempotency;

namespace Goim.Functions.Tests.Integration.Idempotency;

/// <summary>Idempotency keys of callers with keys of their own, over Azurite.</summary>
[Collection(nameof(AzuriteFixture))]
public sealed class CallerKeyTests(AzuriteFixture fixture)
{
    private const string First = "x-goim-key: the-first-key-of-it", Second = "x-goim-key: the-second-key-of-it";
    private const string Other = "x-goim-key: the-key-of-another";

    [AzuriteFact]
    public async Task Each_caller_has_its_own_and_keeps_them_when_its_key_is_changed()
    {
        var storage = fixture.Azurite!.NewAccount();
        await using var host = await TestHost.StartAsync(
            "--Access:Callers:Backend:Key=the-first-key-of-it,the-second-key-of-it", "--Access:Callers:Backend:Scopes=push.all",
            "--Access:Callers:other:Key=the-key-of-another", "--Access:Callers:other:Scopes=push.all",
            $"--AzureWebJobsStorage={storage.ConnectionString}");

        var first = await SendAsync(host, First);
        var other = await SendAsync(host, Other);

        Assert.NotEqual(first.Body, other.Body);
        Assert.Equal(first.Body, (await SendAsync(host, Second)).Body);
        Assert.Equal(2, host.Records().Count);
        var names = new List<string>();
        await foreach (var blob in new BlobContainerClient(storage.ConnectionString, IdempotencyKeys.ContainerName).GetBlobsAsync())
        {
            names.Add(blob.Name.Split('/')[0]);
        }

        Assert.Equal(["caller-backend", "caller-other"], names.Order(StringComparer.Ordinal));
    }

    private static Task<RawAnswer> SendAsync(TestHost host, string key) =>
        host.PostRawAsync("/1/push/all?ack=broker", Encoding.UTF8.GetBytes("m"), "Idempotency-Key: k-1", key);
}
