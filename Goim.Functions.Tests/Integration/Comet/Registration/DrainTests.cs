using Goim.Comet.Wire;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Comet.Registration;

/// <summary>A comet that stops.</summary>
public sealed class DrainTests : IAsyncLifetime
{
    private TestHost host = null!;
    private FacadeProxy facade = null!;

    public async Task InitializeAsync()
    {
        host = await TestHost.StartAsync();
        facade = await FacadeProxy.StartAsync(host);
    }

    public async Task DisposeAsync()
    {
        await facade.DisposeAsync();
        await host.DisposeAsync();
    }

    [Fact]
    public async Task Every_client_is_told_to_come_back_and_its_session_is_deleted_once()
    {
        var comet = await TestRegistrar.StartReadyAsync(facade.Url);
        var clients = await Task.WhenAll(Enumerable.Range(1, 100).Select(user => comet.ConnectAsync($"{user}")));

        await comet.StopAsync();

        Assert.All(clients, client => Assert.Equal(
            (Op.Disconnected, """{"reason":"the server stops","reconnect":true}"""), client.Received[^1]));
        Assert.Empty((await host.KeysAsync())!);

        // The ends of the connections come after that.
        await Task.WhenAll(clients.Select(client => client.LeaveAsync()));
        await comet.DisposeAsync();
        Assert.Equal(100, facade.Entries("/1/disconnects", "keys").Length);
        Assert.DoesNotContain(facade.Paths(), path => path.StartsWith("/1/server/del", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_client_that_comes_during_the_stop_is_told_to_come_back()
    {
        await using var comet = await TestRegistrar.StartReadyAsync(facade.Url);
        facade.Passes = static path => path == "/1/connects" ? Passing.Held : Passing.Passed;
        var connecting = comet.NewClient().ConnectAsync("42");
        await host.UntilKeysAsync("42_1");

        var stopping = comet.StopAsync();
        await Eventually.UntilAsync(() => comet.Registrar.IsStopping);
        var refused = comet.NewClient().ConnectAsync("43");
        facade.Released.SetResult();

        Assert.Equal(Farewell.Stopping.Cause, (await refused)!.Cause);
        Assert.NotNull(await connecting);
        await stopping;
    }
}
