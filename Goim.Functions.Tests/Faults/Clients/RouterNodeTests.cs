using System.Net;
using Goim.Client;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Faults.Clients;

/// <summary>Pushes of a backend while the router node fails. Those to user 42 need it, and those to all do not.</summary>
[Collection(FaultRuns.Name)]
[Trait("Category", "Faults")]
public sealed class RouterNodeTests(AzuriteFixture fixture) : IClassFixture<AzuriteFixture>
{
    private const int Batches = 6;

    [RedisFact]
    public async Task Each_push_is_acknowledged_once_when_a_node_that_was_killed_is_back_also_without_keys()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var node = await RouterProcess.StartAsync("redis", redis.Setting);
        await using var host = await StartAsync(node);
        using var pushes = new ClientPushes(host.Http.BaseAddress!, static options =>
        {
            options.UseIdempotencyKeys = false;
            options.AttemptTimeout = TimeSpan.FromSeconds(30);
        });

        await SendAsync(pushes, node.KillAsync, () => node.RestartAsync());

        pushes.AssertAllAcknowledged(320);
        ClientPushes.AssertKept(host.Records(), pushes);
    }

    [AzuriteFact]
    public async Task Each_push_is_acknowledged_once_when_a_node_that_hung_answers_again()
    {
        await using var node = await RouterProcess.StartAsync();
        await using var host = await StartAsync(
            node, "--Router:CallTimeout=00:00:01", $"--AzureWebJobsStorage={fixture.Azurite!.NewAccount().ConnectionString}");
        using var pushes = new ClientPushes(host.Http.BaseAddress!);

        await SendAsync(pushes, node.FreezeAsync, () =>
        {
            node.Thaw();
            return Task.CompletedTask;
        });

        pushes.AssertAllAcknowledged(320);
        ClientPushes.AssertKept(host.Records(), pushes);
    }

    // The lines for the user are refused, and sent again.
    private static async Task SendAsync(ClientPushes pushes, Func<Task> leave, Func<Task> comeBack)
    {
        await pushes.SendAsync(20);
        var single = pushes.SendAsync(150);
        await leave();
        var batches = pushes.SendInBatchesAsync(150, ofEach: 150 / Batches);
        await Eventually.UntilAsync(() =>
            pushes.Attempts.Count(static attempt => attempt.Status == HttpStatusCode.ServiceUnavailable) > 10
            && pushes.Attempts.Any(static attempt => attempt is { Path: "/1/push/batch", Status: HttpStatusCode.OK }));
        await comeBack();
        await Task.WhenAll(single, batches);
        Assert.True(pushes.Attempts.Count(static attempt => attempt.Path == "/1/push/batch") > Batches, "no line was sent again");
    }

    private static async Task<TestHost> StartAsync(RouterProcess node, params string[] settings)
    {
        await ClientPushes.ConnectUserAsync(node.Client);
        return await TestHost.StartAsync([], [$"--Router:Nodes:1={node.Address}", .. settings]);
    }
}
