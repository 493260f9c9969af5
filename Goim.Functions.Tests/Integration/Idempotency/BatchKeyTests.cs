using System.Text;
using System.Text.Json;
using Goim.Functions.Tests.Hosting;
using Goim.Logic.Delivery;
using Microsoft.Extensions.DependencyInjection;

namespace Goim.Functions.Tests.Integration.Idempotency;

/// <summary>Batches with an Idempotency-Key that sent nothing: a repeat is a new attempt.</summary>
[Collection(nameof(AzuriteFixture))]
public sealed class BatchKeyTests(AzuriteFixture fixture)
{
    private readonly string key = $"k-{Guid.NewGuid():N}";

    [AzuriteFact]
    public async Task A_batch_refused_by_an_instance_that_stops_is_sent_by_another()
    {
        const string Batch = "{\"uid\":99,\"m\":1}\n{\"all\":true,\"m\":2}";
        await using var stopping = await StartAsync();
        await using var other = await StartAsync();
        await stopping.App.Services.GetRequiredService<RecordProducer>().FlushAndCloseAsync();

        Assert.All(
            await PushAsync(stopping, Batch),
            answer => answer.IsRefused("this instance is stopping: nothing was sent, repeat the call."));

        Assert.All(await PushAsync(other, Batch), answer => Assert.Equal(1, answer.Ret()));
        Assert.Single(other.Records());
    }

    [AzuriteFact]
    public async Task A_batch_whose_users_were_offline_beside_a_line_that_was_refused_is_tried_again()
    {
        const string Batch = "{\"uid\":99,\"m\":1}\nbad";
        await using var host = await StartAsync();
        Assert.Equal([1, 65535], (await PushAsync(host, Batch)).Select(answer => answer.Ret()));
        Assert.Empty(host.Records());

        await host.PostAsync("/1/connect", """{"token":"99","server":3}""");

        Assert.Equal([1, 65535], (await PushAsync(host, Batch)).Select(answer => answer.Ret()));
        Assert.Single(host.Records());
    }

    private Task<TestHost> StartAsync() => TestHost.StartAsync($"--AzureWebJobsStorage={fixture.Azurite!.ConnectionString}");

    private async Task<IReadOnlyList<JsonElement>> PushAsync(TestHost to, string batch)
    {
        var answer = await to.PostRawAsync("/1/push/batch", Encoding.UTF8.GetBytes(batch), $"Idempotency-Key: {key}");
        return [.. answer.Body.TrimEnd('\n').Split('\n').Select(line => JsonElement.Parse(line))];
    }
}
