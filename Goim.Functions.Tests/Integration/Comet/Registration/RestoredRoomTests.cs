using System.Text.Json;
using Goim.Comet.Delivery;
using Goim.Functions.Tests.Hosting;
using Goim.Protocol;

namespace Goim.Functions.Tests.Integration.Comet.Registration;

/// <summary>A restore of connections whose rooms change meanwhile. The test answers <c>/1/room/changes</c> for the facade.</summary>
public sealed class RestoredRoomTests : IAsyncLifetime
{
    private const string MPut = "/1/router/mput", Changes = "/1/room/changes", Lease = "--RouterNode:ServerLease=00:00:03";
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
    public async Task A_connection_is_restored_in_the_room_that_it_has_changed_to()
    {
        await comet.ConnectAsync("42");
        Change("42_1");

        await RestartNodeAsync();

        await Eventually.UntilAsync(() => facade.Bodies(MPut).Length > 0);
        Assert.Equal([("42_1", 7)], Puts().Distinct());
        await host.UntilKeysAsync("42_1");
        Assert.Empty(facade.Bodies(Changes));
    }

    [Fact]
    public async Task The_room_of_a_connection_that_changes_while_it_is_restored_is_corrected_until_that_is_done()
    {
        var clients = await Task.WhenAll(comet.ConnectAsync("42"), comet.ConnectAsync("43"));
        var refusals = 0;
        facade.Passes = static path => path == MPut ? Passing.Held : Passing.Passed;
        facade.Answers = (path, _) => path != Changes ? null : Interlocked.Increment(ref refusals) == 1
            ? """{"ret":1,"data":{"changes":[{"error":"another change is under way.","retry":true}]}}"""
            : """{"ret":1,"data":{"changes":[{"roomId":7}]}}""";
        await RestartNodeAsync();
        await Eventually.UntilAsync(() => facade.Held > 0);

        Change("42_1");
        Assert.Equal(2, (await comet.Lanes.ListAsync()).Count);
        facade.Released.SetResult();

        var expected = $$"""{"server":{{comet.Registrar.ServerId}},"changes":[{"key":"42_1","roomId":7}]}""";
        await Eventually.UntilAsync(() => facade.Bodies(Changes).Length == 2);
        Assert.Equal([expected, expected], facade.Bodies(Changes));
        await Eventually.UntilAsync(() => comet.Logs.Count("All connections are restored.") == 1);
        Assert.Equal([7, 1], clients.Select(static client => client.Connection.RoomId));
    }

    // As the records of a change from room 1 to room 7.
    private void Change(string key)
    {
        Assert.True(SubKey.TryParse(key, out var subKey));
        comet.Lanes.Change([subKey], new LeaveRoom(1));
        comet.Lanes.Change([subKey], new JoinRoom(7));
    }

    private IEnumerable<(string Key, int Room)> Puts() => facade.Entries(MPut, "puts").Select(static put => JsonElement.Parse(put))
        .Select(static put => (put.GetProperty("key").GetString()!, put.GetProperty("roomId").GetInt32()));

    private async Task RestartNodeAsync()
    {
        await host.Nodes["1"].DisposeAsync();
        restarted = await TestNode.StartAsync(null, Lease, $"--urls={host.Nodes["1"].Address}");
        await Eventually.UntilAsync(async () => await host.KeysAsync() is not null);
    }
}
