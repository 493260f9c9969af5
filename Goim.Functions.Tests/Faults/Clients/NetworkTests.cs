using Goim.Client;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Faults.Clients;

/// <summary>Pushes of a backend over a network that loses requests and answers.</summary>
[Collection(FaultRuns.Name)]
[Trait("Category", "Faults")]
public sealed class NetworkTests(AzuriteFixture fixture) : IClassFixture<AzuriteFixture>
{
    [AzuriteFact]
    public async Task With_keys_each_push_is_acknowledged_once_whatever_is_lost()
    {
        await using var host = await StartAsync();
        await using var network = await BadNetwork.StartAsync(host.Http.BaseAddress!, Ports.Next());
        network.Fates = static request => Task.FromResult((request % 8) switch
        {
            1 => Fate.LostRequest,
            3 => Fate.LostAnswer,
            5 => Fate.CutAnswer,
            _ => request % 40 == 7 ? Fate.SlowAnswer : Fate.Passed,
        });
        using var pushes = new ClientPushes(network.Url);

        await Task.WhenAll(pushes.SendAsync(200), pushes.SendInBatchesAsync(100, ofEach: 20));

        pushes.AssertAllAcknowledged(300);
        ClientPushes.AssertKept(host.Records(), pushes);
    }

    [Fact]
    public async Task Without_keys_a_push_whose_answer_is_lost_is_unknown_and_not_sent_again()
    {
        await using var host = await TestHost.StartAsync();
        await ClientPushes.ConnectUserAsync(host.Nodes["1"].Client);
        await using var network = await BadNetwork.StartAsync(host.Http.BaseAddress!, Ports.Next());
        network.Fates = static request => Task.FromResult((request % 4) switch
        {
            1 => Fate.LostAnswer,
            3 => request % 40 == 7 ? Fate.SlowAnswer : Fate.CutAnswer,
            _ => Fate.Passed,
        });
        using var pushes = new ClientPushes(network.Url, static options => options.UseIdempotencyKeys = false);

        await pushes.SendAsync(300);
        await pushes.SendInBatchesAsync(200, ofEach: 10);

        Assert.Equal((250, 250), (pushes.Count(PushOutcome.Acknowledged), pushes.Count(PushOutcome.Unknown)));
        Assert.Equal(320, pushes.Attempts.Count);

        // Only the answers were lost.
        Assert.Equal(750, host.Records().Count);
        ClientPushes.AssertKept(host.Records(), pushes);
    }

    [Fact]
    public async Task Pushes_wait_for_an_app_that_refuses_connections_also_without_keys()
    {
        await using var host = await TestHost.StartAsync();
        await ClientPushes.ConnectUserAsync(host.Nodes["1"].Client);
        var port = Ports.Next();
        using var pushes = new ClientPushes(BadNetwork.UrlOf(port), static options => options.UseIdempotencyKeys = false);

        var sending = Task.WhenAll(pushes.SendAsync(100, atOnce: 100), pushes.SendInBatchesAsync(100, ofEach: 20));
        await Eventually.UntilAsync(() => pushes.Attempts.Count > 200);
        await using var network = await BadNetwork.StartAsync(host.Http.BaseAddress!, port);
        await sending;

        pushes.AssertAllAcknowledged(200);
        ClientPushes.AssertKept(host.Records(), pushes);
    }

    // The client has given up on the first attempt, the app has refused the second, and the first one comes before the third.
    [AzuriteFact]
    public async Task A_batch_that_comes_late_is_not_sent_beside_its_repeat()
    {
        var fault = new Fault();
        await using var node = await Fault.StartNodeAsync(fault);
        await using var host = await TestHost.StartAsync(
            [], [$"--Router:Nodes:1={node.Address}", $"--AzureWebJobsStorage={fixture.Azurite!.NewAccount().ConnectionString}"]);
        await ClientPushes.ConnectUserAsync(node.Client);
        await using var network = await BadNetwork.StartAsync(host.Http.BaseAddress!, Ports.Next());
        fault.Refuses = static _ => true;
        network.Fates = async request =>
        {
            if (request == 2)
            {
                fault.Refuses = static _ => false;
                await Eventually.UntilAsync(async () => (await host.PostAsync("/1/push?uid=42&dry=1", "m")).Ret() == 1);
                network.Released.SetResult();
                await network.LateIsAnswered.Task;
            }

            return request == 0 ? Fate.Late : Fate.Passed;
        };
        using var pushes = new ClientPushes(network.Url);

        await pushes.SendInBatchesAsync(1, ofEach: 1);

        Assert.Equal((3, 1), (pushes.Attempts.Count, pushes.Count(PushOutcome.Acknowledged)));
        ClientPushes.AssertKept(host.Records(), pushes);
    }

    private async Task<TestHost> StartAsync()
    {
        var host = await TestHost.StartAsync($"--AzureWebJobsStorage={fixture.Azurite!.NewAccount().ConnectionString}");
        await ClientPushes.ConnectUserAsync(host.Nodes["1"].Client);
        return host;
    }
}
