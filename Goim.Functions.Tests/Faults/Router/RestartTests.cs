using System.Collections.Concurrent;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Faults.Router;

/// <summary>A node in memory that is killed and started again under the connects of two comets, and pushes to their users.</summary>
[Collection(FaultRuns.Name)]
[Trait("Category", "Faults")]
public sealed class RestartTests
{
    private const int Users = 300, Restarts = 3;

    [Fact]
    public async Task After_restarts_every_connection_is_registered_once_and_no_push_to_one_was_lost()
    {
        const string Cold = "--RouterNode:ColdStart=00:00:05";
        await using var node = await RouterProcess.StartAsync();
        await using var host = await TestHost.StartAsync([], [$"--Router:Nodes:1={node.Address}", "--Router:CallTimeout=00:00:03"]);
        TestComet[] comets = [new(host, 3), new(host, 5)];
        using var stop = new CancellationTokenSource();
        await Task.WhenAll(comets.Select(comet => comet.HeartbeatAsync()));
        var heartbeats = comets.Select(comet => comet.HeartbeatsAsync(stop.Token)).ToArray();

        // Both comets hold a connection of each of the first users before the first restart; pushes go to these.
        await Task.WhenAll(comets.SelectMany(comet => Enumerable.Range(1, Users).Select(user => comet.ConnectAsync(user))));
        var lost = new ConcurrentBag<string>();
        var (sent, refused) = (0, 0);
        var pushes = Task.Run(async () =>
        {
            for (var user = 1; !stop.IsCancellationRequested; user = (user % Users) + 1)
            {
                var answer = await host.PostAsync($"/1/push?uid={user}&detail=1", "m");
                if (answer.Ret() != 1)
                {
                    refused++;
                }
                else if (answer.GetProperty("data").GetProperty("sessions").GetInt32() > 0)
                {
                    sent++;
                }
                else
                {
                    lost.Add(answer.GetRawText());
                }
            }
        });

        var next = Users;
        for (var restart = 0; restart < Restarts; restart++)
        {
            var users = Enumerable.Range(next + 1, Users).ToArray();
            var connecting = comets.SelectMany(comet => users.Select(user => comet.ConnectAsync(user))).ToArray();
            next += Users;
            await node.KillAsync();
            await node.RestartAsync("--RouterNode:Store=memory", Cold);
            await Task.WhenAll(connecting);
            await Eventually.UntilAsync(async () => (await host.CountNowAsync("allservercount")).Ret() == 1);
        }

        await stop.CancelAsync();
        await pushes;
        await Task.WhenAll(heartbeats);
        await Task.WhenAll(comets.Select(comet => Eventually.UntilAsync(comet.HeartbeatAsync)));
        Array.ForEach(comets, comet => comet.Dispose());

        Assert.Empty(lost);
        Assert.True(sent > 0 && refused > 0, $"{sent} sent, {refused} refused");
        Assert.All(comets, comet => Assert.True(comet.Restores >= Restarts, $"{comet.Restores} restores"));
        var expected = comets.SelectMany(comet => comet.Connections.Keys).Order(StringComparer.Ordinal).ToArray();
        Assert.Equal(2 * Users * (Restarts + 1), expected.Length);
        Assert.Equal(expected, await KeysAsync(host));
    }

    private static async Task<string[]> KeysAsync(TestHost host)
    {
        var answer = await host.GetAsync("/1/router/getall?node=1&limit=10000");
        Assert.True(answer.Ret() == 1, answer.GetRawText());
        var users = answer.GetProperty("data").GetProperty("users");
        return
        [
            .. users.EnumerateArray()
                .SelectMany(user => user.GetProperty("sessions").EnumerateArray()
                    .Select(session => $"{user.GetProperty("userId")}_{session.GetProperty("seq")}"))
                .Order(StringComparer.Ordinal),
        ];
    }
}
