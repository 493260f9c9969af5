using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Faults.Comet;

/// <summary>A node in memory that starts again under a comet's connections.</summary>
[Collection(FaultRuns.Name)]
[Trait("Category", "Faults")]
public sealed class NodeRestartTests
{
    private const int Clients = 1_000;

    [Fact]
    public async Task All_clients_receive_again_without_connecting_again()
    {
        await using var node = await RouterProcess.StartAsync();
        await using var host = await CometHost.StartAsync(
            [], static _ => { }, $"--Router:Nodes:1={node.Address}", "--Router:CallTimeout=00:00:03");
        using var crowd = await CometCrowd.ConnectAsync(host, 1, Clients);
        await node.KillAsync();
        await host.PushAsync("push/all", "while the node is away");
        await crowd.ForEachAsync(static client => client.ExpectAsync("while the node is away"));
        await node.RestartAsync();

        await Eventually.UntilAsync(async () => await host.SessionsAsync() == Clients);

        for (var user = 1; user <= Clients; user++)
        {
            await host.PushAsync($"push?uid={user}", $"to {user}");
        }

        await Task.WhenAll(crowd.Clients.Select((client, i) => client.ExpectAsync($"to {i + 1}")));
    }

    // A node that has started again counts from 1 again, so its keys are those of connections that are here.
    [Fact]
    public async Task Clients_that_connect_before_the_others_are_restored_get_their_own_messages()
    {
        await using var node = await RouterProcess.StartAsync();
        await using var host = await CometHost.StartAsync(
            [], static _ => { }, $"--Router:Nodes:1={node.Address}", "--Router:CallTimeout=00:00:03");
        using var before = await CometCrowd.ConnectAsync(host, 1, 100);
        await node.KillAsync();
        await node.RestartAsync();

        using var after = await CometCrowd.ConnectAsync(host, 1, 100);

        await Eventually.UntilAsync(async () => await host.SessionsAsync() == 200);
        for (var user = 1; user <= 100; user++)
        {
            await host.PushAsync($"push?uid={user}", $"to {user}");
        }

        await Task.WhenAll(before.Clients.Concat(after.Clients).Select((client, i) => client.ExpectAsync($"to {(i % 100) + 1}")));
    }
}
