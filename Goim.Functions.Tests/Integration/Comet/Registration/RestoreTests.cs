using Goim.Comet.Wire;
using Goim.Functions.Tests.Hosting;
using Goim.Protocol;

namespace Goim.Functions.Tests.Integration.Comet.Registration;

/// <summary>Nodes in memory that start again have forgotten all sessions, and the comet restores them.</summary>
public sealed class RestoreTests : IAsyncLifetime
{
    private const string Heartbeat = "/1/heartbeat", MPut = "/1/router/mput", Connects = "/1/connects";

    // A lease only so that heartbeats are frequent.
    private const string Lease = "--RouterNode:ServerLease=00:00:03";
    private TestHost host = null!;
    private FacadeProxy facade = null!;
    private TestRegistrar comet = null!;
    private TestNode? restarted;

    public async Task InitializeAsync()
    {
        host = await TestHost.StartAsync(["1"], [], nodeSettings: [Lease]);
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
    public async Task All_connections_are_registered_again_under_their_keys()
    {
        using var metrics = new CollectedMetrics(comet.Services);
        var clients = await comet.ConnectManyAsync(Enumerable.Range(0, 11_000).Select(i => $"{(i / 2) + 1}"));

        await RestartNodeAsync();

        await host.UntilKeysAsync([.. clients.Select(client => client.Key)]);
        Assert.Contains(10_000, facade.Bodies(MPut).Select(body => System.Text.Json.JsonDocument.Parse(body).RootElement
            .GetProperty("puts").GetArrayLength()));
        Assert.All(clients, client => Assert.False(client.Connection.Outbox.IsClosing));
        Assert.Equal(1, metrics["goim.comet.epoch.changes"]);
        Assert.InRange(metrics["goim.comet.facade.calls", MPut, "ok"], 2, int.MaxValue);
    }

    [Fact]
    public async Task A_connect_that_was_under_way_when_the_node_started_again_is_restored_too()
    {
        var first = await comet.ConnectAsync("41");
        facade.Passes = static path => path == Connects ? Passing.Held : Passing.Passed;
        var client = comet.NewClient();
        var connecting = client.ConnectAsync("42");
        await host.UntilKeysAsync("41_1", "42_1");

        await RestartNodeAsync();
        await host.UntilKeysAsync("41_1");
        facade.Released.SetResult();

        Assert.Null(await connecting);
        await host.UntilKeysAsync("41_1", "42_1");
        Assert.Equal(["41_1", "42_1"], [first.Key, client.Key]);
    }

    [Fact]
    public async Task A_connection_has_the_key_that_a_restore_gives_it()
    {
        var client = await comet.ConnectAsync("42");
        facade.Passes = static path => path == Heartbeat ? Passing.Refused : Passing.Passed;
        await RestartNodeAsync();
        await ConnectElsewhereAsync("42");
        facade.Passes = static _ => Passing.Passed;

        await Eventually.UntilAsync(() => client.Key == "42_2");
        await host.UntilKeysAsync("42_1", "42_2");

        // Records for the old key still come. It is another comet server's now.
        comet.Lanes.ToKeys([new SubKey(42, 1)], TestRegistrar.Message(PacketKind.Multiple), ensure: false);
        comet.Lanes.ToKeys([new SubKey(43, 1)], TestRegistrar.Message(PacketKind.Multiple), ensure: false);
        await Eventually.UntilAsync(() => facade.Entries("/1/disconnects", "keys").Contains("43_1"));
        Assert.DoesNotContain("42_1", facade.Entries("/1/disconnects", "keys"));
        comet.Lanes.ToKeys([new SubKey(42, 2)], TestRegistrar.Message(PacketKind.Multiple), ensure: false);
        await Eventually.UntilAsync(() => client.Ops is [Op.AuthReply, Op.Message]);
    }

    [Fact]
    public async Task A_connection_that_may_have_missed_messages_for_its_new_key_is_closed()
    {
        var clients = await Task.WhenAll(comet.ConnectAsync("42"), comet.ConnectAsync("43"));
        facade.Passes = static path => path == Heartbeat ? Passing.Refused : Passing.Passed;
        await RestartNodeAsync();
        await ConnectElsewhereAsync("42");
        facade.Passes = static path => path == MPut ? Passing.Held : Passing.Passed;
        await host.UntilKeysAsync("42_1", "42_2", "43_1");

        var keys = Enumerable.Range(1, 10_001).Select(seq => new SubKey(7, seq)).ToArray();
        comet.Lanes.ToKeys(keys, TestRegistrar.Message(PacketKind.Multiple), ensure: false);
        await Eventually.UntilAsync(() => comet.Counters.HeldForgotten > 0);
        facade.Released.SetResult();

        await Eventually.UntilAsync(() => clients[0].Ops is [Op.AuthReply, Op.Disconnected]);
        Assert.Equal([Op.AuthReply], clients[1].Ops);
    }

    [Fact]
    public async Task A_key_that_a_connection_has_already_is_asked_again()
    {
        var first = await comet.ConnectAsync("42");
        facade.Passes = static path => path == Heartbeat ? Passing.Refused : Passing.Passed;
        await RestartNodeAsync();

        var second = await comet.ConnectAsync("42");

        Assert.Equal(["42_1", "42_2"], [first.Key, second.Key]);
        Assert.Equal(3, facade.Entries(Connects, "requestIds").Distinct(StringComparer.Ordinal).Count());
        facade.Passes = static _ => Passing.Passed;
        await host.UntilKeysAsync("42_1", "42_2");
    }

    [Fact]
    public async Task A_key_that_is_about_to_be_deleted_is_asked_again()
    {
        var first = await comet.ConnectAsync("42");
        facade.Passes = static path => path is Heartbeat or "/1/disconnects" ? Passing.Refused : Passing.Passed;
        await first.LeaveAsync();
        await RestartNodeAsync();

        var second = await comet.ConnectAsync("42");
        facade.Passes = static _ => Passing.Passed;

        Assert.Equal("42_2", second.Key);
        await host.UntilKeysAsync("42_2");
    }

    [Fact]
    public async Task A_restore_that_fails_is_tried_again()
    {
        await comet.ConnectAsync("42");
        facade.Passes = static path => path == MPut ? Passing.Refused : Passing.Passed;

        await RestartNodeAsync();
        await Eventually.UntilAsync(() => facade.Bodies(MPut).Length >= 2);
        facade.Passes = static _ => Passing.Passed;

        await host.UntilKeysAsync("42_1");
    }

    [Fact]
    public async Task A_node_that_does_not_answer_has_forgotten_nothing_until_it_answers_with_another_epoch()
    {
        // Placed by Vectors/ketama.json: 2001 on node 2, 2002 on node 1.
        await using var two = await TestHost.StartAsync(["1", "2"], [], nodeSettings: [Lease]);
        await using var proxy = await FacadeProxy.StartAsync(two);
        await using var holder = await TestRegistrar.StartReadyAsync(proxy.Url);
        await holder.ConnectAsync("2001");
        await holder.ConnectAsync("2002");

        await two.Nodes["2"].DisposeAsync();
        var before = proxy.Bodies(Heartbeat).Length;
        await Eventually.UntilAsync(() => proxy.Bodies(Heartbeat).Length >= before + 3);
        Assert.Empty(proxy.Bodies(MPut));
        restarted = await TestNode.StartAsync(null, Lease, $"--urls={two.Nodes["2"].Address}");

        await Eventually.UntilAsync(async () => await two.KeysAsync("2") is ["2001_1"]);
        Assert.Equal("2002_1", Assert.Single((await two.KeysAsync("1"))!));
    }

    private async Task RestartNodeAsync()
    {
        await host.Nodes["1"].DisposeAsync();
        restarted = await TestNode.StartAsync(null, Lease, $"--urls={host.Nodes["1"].Address}");
        await Eventually.UntilAsync(async () => await host.KeysAsync() is not null);
    }

    private Task ConnectElsewhereAsync(string token) => Eventually.UntilAsync(async () =>
        (await host.PostAsync("/1/connect", $$"""{"token":"{{token}}","server":5}""")).Ret() == 1);
}
