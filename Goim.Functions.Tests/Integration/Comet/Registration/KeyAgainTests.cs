using Goim.Comet.Settings;
using Goim.Comet.Wire;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Comet.Registration;

/// <summary>A node in memory that has started again counts from 1, so it gives keys that the comet has already.</summary>
public sealed class KeyAgainTests : IAsyncLifetime
{
    private const string Heartbeat = "/1/heartbeat", Connects = "/1/connects", Disconnects = "/1/disconnects";
    private TestHost host = null!;
    private FacadeProxy facade = null!;
    private TestRegistrar comet = null!;
    private TestNode? restarted;

    public async Task InitializeAsync()
    {
        host = await TestHost.StartAsync();
        facade = await FacadeProxy.StartAsync(host);
        comet = await TestRegistrar.StartReadyAsync(facade.Url);
    }

    public async Task DisposeAsync()
    {
        await comet.DisposeAsync();
        await facade.DisposeAsync();
        await host.DisposeAsync();
        await (restarted?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    [Fact]
    public async Task A_client_that_leaves_before_its_connect_is_answered_does_not_take_the_key_from_a_connection()
    {
        await comet.ConnectAsync("42");
        await RestartNodeAsync();
        facade.Passes = static path => path == Heartbeat ? Passing.Refused : path == Connects ? Passing.Held : Passing.Passed;
        var client = comet.NewClient();
        var connecting = client.ConnectAsync("42");
        await host.UntilKeysAsync("42_1");

        client.Connection.Abort(DisconnectCause.Client);
        facade.Released.SetResult();

        Assert.NotNull(await connecting);
        await ConnectAndLeaveAsync(comet);
        Assert.Equal(["43_1"], facade.Entries(Disconnects, "keys"));
    }

    [Fact]
    public async Task A_connect_that_is_repeated_in_the_background_does_not_take_the_key_from_a_connection()
    {
        await comet.ConnectAsync("42");
        await RestartNodeAsync();
        var calls = 0;
        facade.Passes = path => path == Heartbeat ? Passing.Refused
            : path == Connects && Interlocked.Increment(ref calls) == 1 ? Passing.Broken
            : Passing.Passed;

        Assert.Same(Farewell.Unavailable, await comet.NewClient().ConnectAsync("42"));

        await host.UntilKeysAsync("42_1");
        await ConnectAndLeaveAsync(comet);
        await ConnectAndLeaveAsync(comet);
        Assert.Equal(["43_1", "43_2"], facade.Entries(Disconnects, "keys"));
    }

    [Fact]
    public async Task A_key_whose_deletion_is_under_way_is_asked_again_and_leaves_no_session()
    {
        var first = await comet.ConnectAsync("42");
        facade.Passes = static path => path == Disconnects ? Passing.Held : Passing.Passed;
        await first.LeaveAsync();
        await Eventually.UntilAsync(() => facade.Held == 1);
        await RestartNodeAsync();

        var second = await comet.ConnectAsync("42");
        facade.Released.SetResult();

        Assert.Equal("42_2", second.Key);
        await host.UntilKeysAsync("42_2");
    }

    [Fact]
    public async Task A_client_that_leaves_during_a_stop_is_deleted_although_its_key_has_ended_before()
    {
        await using var stopping = await TestRegistrar.StartReadyAsync(
            new CometOptions { Api = facade.Url, DrainTime = TimeSpan.FromSeconds(6) });
        var first = await stopping.ConnectAsync("42");
        await first.LeaveAsync();
        await host.UntilKeysAsync();
        await ConnectAndLeaveAsync(stopping);
        await RestartNodeAsync();
        var second = await stopping.ConnectAsync("42");
        await stopping.ConnectAsync("44");
        Assert.Equal("42_1", second.Key);

        // The drain leaves a connection alone that ends by itself, and waits half its time before the second connection.
        second.Connection.Abort(DisconnectCause.Client);
        var stop = stopping.StopAsync();
        await Eventually.UntilAsync(() => stopping.Registrar.IsStopping);
        await second.LeaveAsync();

        await stop;
        Assert.Empty((await host.KeysAsync())!);
    }

    private async Task RestartNodeAsync()
    {
        facade.Passes = static path => path == Heartbeat ? Passing.Refused : Passing.Passed;
        await host.Nodes["1"].DisposeAsync();
        restarted = await TestNode.StartAsync(null, $"--urls={host.Nodes["1"].Address}");
        await Eventually.UntilAsync(async () => await host.KeysAsync() is not null);
    }

    // Keys are deleted in the order in which they are added.
    private async Task ConnectAndLeaveAsync(TestRegistrar comet)
    {
        var client = await comet.ConnectAsync("43");
        await client.LeaveAsync();
        await Eventually.UntilAsync(() => facade.Entries(Disconnects, "keys").Contains(client.Key));
    }
}
