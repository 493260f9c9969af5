using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Comet;

/// <summary>Comet__MaxConnections.</summary>
public sealed class PlacesTests
{
    [Theory]
    [InlineData("tcp")]
    [InlineData("ws")]
    public async Task A_connection_too_many_is_told_to_come_back_and_one_that_ends_makes_a_place(string scheme)
    {
        await using var host = await CometHost.StartAsync("--Comet:MaxConnections=2");
        using var first = await host.ConnectAsync(scheme, "42");
        using (await host.ConnectAsync(scheme, "43"))
        {
            using var third = await host.OpenAsync(scheme);
            Assert.True((await third.DisconnectedAsync()).Reconnect);
        }

        await CometHost.UntilReadyAsync(host.Comet("tcp"));
        await first.AnswersHeartbeatAsync();
    }
}
