using System.Diagnostics;
using System.Text.Json;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Faults.Sessions;

/// <summary>Calls for many clients while their router node does not answer.</summary>
[Collection(FaultRuns.Name)]
[Trait("Category", "Faults")]
public sealed class FrozenNodeTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_thousand_clients_wait_for_one_call_and_none_of_them_is_left()
    {
        await using var node = await RouterProcess.StartAsync();
        await using var host = await StartAsync(node);
        AssertAll(await ConnectsAsync(host, 0), "key");
        await host.PostAsync("/1/server/del?server=3", "");
        await node.FreezeAsync();

        var watch = Stopwatch.StartNew();
        var answers = await Task.WhenAll(Enumerable.Range(1, 4).Select(i => ConnectsAsync(host, i)));

        Assert.InRange(watch.Elapsed, TimeSpan.Zero, Longest);
        Assert.All(answers, answer => AssertAll(answer, "error"));
        node.Thaw();
        await Eventually.UntilAsync(async () =>
            (await host.CountNowAsync("allservercount")).GetRawText() == """{"ret":1,"data":{"counter":{}}}""");
    }

    [AzuriteFact]
    public async Task Ten_thousand_disconnects_are_journalled_or_failed_within_the_time_of_a_call()
    {
        await using var azurite = await Azurite.StartAsync();
        await using var node = await RouterProcess.StartAsync();
        await using var host = await StartAsync(
            node, $"--AzureWebJobsStorage={azurite.ConnectionString}", "--AzureWebJobs.ReplayJournal.Disabled=true");
        await host.PostAsync("/1/connects", """{"server":3,"tokens":["1"]}""");
        await node.FreezeAsync();
        var keys = string.Join(',', Enumerable.Range(1, 10_000).Select(user => $"\"{user}_1\""));

        var watch = Stopwatch.StartNew();
        var data = (await host.PostAsync("/1/disconnects", $$"""{"keys":[{{keys}}]}""")).GetProperty("data");

        Assert.InRange(watch.Elapsed, TimeSpan.Zero, Longest);
        Assert.All(data.GetProperty("has").EnumerateArray(), has => Assert.Equal(JsonValueKind.Null, has.ValueKind));
        var (journalled, failed) = (Indexes(data, "journalled"), Indexes(data, "failed"));
        Assert.NotEmpty(journalled);
        Assert.Equal(Enumerable.Range(0, 10_000), journalled.Concat(failed).Order());
        node.Thaw();
    }

    private static Task<TestHost> StartAsync(RouterProcess node, params string[] settings) =>
        TestHost.StartAsync([], [$"--Router:Nodes:1={node.Address}", "--Router:CallTimeout=00:00:02", .. settings]);

    private static Task<JsonElement> ConnectsAsync(TestHost host, int thousand)
    {
        var tokens = string.Join(',', Enumerable.Range(thousand * 1_000, 1_000).Select(user => $"\"{user}\""));
        return host.PostAsync("/1/connects", $$"""{"server":3,"tokens":[{{tokens}}]}""");
    }

    private static void AssertAll(JsonElement answer, string member)
    {
        var clients = answer.GetProperty("data").GetProperty("clients").EnumerateArray().ToArray();
        Assert.Equal(1_000, clients.Length);
        Assert.All(clients, client => Assert.True(client.TryGetProperty(member, out _), client.GetRawText()));
    }

    private static int[] Indexes(JsonElement data, string member) =>
        [.. data.GetProperty(member).EnumerateArray().Select(index => index.GetInt32())];
}
