using Goim.Comet.Settings;
using Goim.Comet.Wire;
using Goim.Functions.Tests.Hosting;
using Goim.Protocol;

namespace Goim.Functions.Tests.Integration.Comet.Registration;

/// <summary>A comet whose server id is in its settings.</summary>
public sealed class FixedIdTests
{
    [Fact]
    public async Task A_fixed_server_id_is_freed_before_the_first_client_and_its_unknown_keys_are_left_alone()
    {
        await using var host = await TestHost.StartAsync();
        await host.PostAsync("/1/router/put", """{"userId":7,"server":5}""");
        await using var proxy = await FacadeProxy.StartAsync(host);
        var refusals = 0;
        proxy.Passes = path => path == "/1/server/del?server=5" && Interlocked.Increment(ref refusals) == 1
            ? Passing.Refused
            : Passing.Passed;

        await using var five = await TestRegistrar.StartReadyAsync(
            new CometOptions { Api = proxy.Url, ServerId = 5, DrainTime = TimeSpan.Zero });

        Assert.Equal(["/1/server/del?server=5", "/1/server/del?server=5", "/1/heartbeat"], proxy.Paths().Take(3));
        Assert.Empty((await host.KeysAsync())!);
        await five.ConnectAsync("42");
        five.Lanes.ToKeys([new SubKey(7, 1)], TestRegistrar.Message(PacketKind.Multiple), ensure: false);
        await Eventually.UntilAsync(() => !five.Lanes.UnknownKeys.TryPeek(out _));
        await five.StopAsync();
        Assert.Equal(["42_1"], proxy.Entries("/1/disconnects", "keys"));
        Assert.Equal(2, proxy.Paths().Count(path => path.StartsWith("/1/server/del", StringComparison.Ordinal)));
    }
}
