using System.Diagnostics;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Faults.Routing;

/// <summary>A router node over a shared store that takes calls and answers none.</summary>
[Collection(FaultRuns.Name)]
[Trait("Category", "Faults")]
public sealed class HangingNodeTests
{
    [RedisFact]
    public async Task A_node_that_hangs_holds_up_the_first_call_only()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var hanging = await RouterProcess.StartAsync("redis", redis.Address);
        await using var other = await RouterProcess.StartAsync("redis", redis.Address);
        await using var over = await TestHost.StartAsync([], [$"--Router:Nodes:1={hanging.Address}", $"--Router:Nodes:2={other.Address}", "--Router:CallTimeout=00:00:20"]);
        for (var user = 1; user <= 20; user++)
        {
            (await over.PostAsync("/1/connect", $$"""{"token":"{{user}}","server":3}""")).HasData($$"""{"key":"{{user}}_1","roomId":1}""");
        }

        Assert.Equal(20, (await over.PostAsync("/1/pushs?dry=1", $$"""{"m":1,"u":[{{string.Join(',', Enumerable.Range(1, 20))}}]}""")).GetProperty("data").GetProperty("sessions").GetInt32());
        await hanging.FreezeAsync();

        var watch = Stopwatch.StartNew();
        for (var user = 1; user <= 20; user++)
        {
            (await over.PostAsync($"/1/push?uid={user}&dry=1", "m")).HasData("""{"sessions":1,"servers":1,"records":1,"offline":[]}""");
        }

        // Half the timeout, once.
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(19));
        hanging.Thaw();
    }
}
