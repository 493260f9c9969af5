using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Rooms;

/// <summary>Rooms while the ring grows from nodes 1 and 2 to 1, 2 and 3. A third of the users have come back to the node that owns them
/// now.</summary>
public sealed class GrowingRingRoomTests : IAsyncLifetime
{
    private const int Users = 300;
    private static readonly string[] Settled = ["1", "2"];
    private TestHost before = null!;
    private TestNode third = null!;
    private TestHost during = null!;

    public async Task InitializeAsync()
    {
        before = await TestHost.StartAsync(Settled, []);
        await RestoreAsync(before, Users);
        third = await TestNode.StartAsync();
        during = await TestHost.StartAsync([],
        [
            .. Settled.Select(name => $"--Router:Nodes:{name}={before.Nodes[name].Address}"),
            $"--Router:Nodes:3={third.Address}",
            .. Settled.Select(name => $"--Router:PreviousNodes:{name}={before.Nodes[name].Address}"),
        ]);
        await RestoreAsync(during, Users / 3);
    }

    public async Task DisposeAsync()
    {
        await during.DisposeAsync();
        await third.DisposeAsync();
        await before.DisposeAsync();
    }

    [Fact]
    public async Task A_change_finds_the_session_at_either_owner()
    {
        var changes = Enumerable.Range(1, Users).Select(user => $$"""{"key":"{{user}}_1","roomId":7}""");
        var answer = await during.PostAsync("/1/room/changes", $$"""{"server":3,"changes":[{{string.Join(',', changes)}}]}""");

        Assert.All(
            answer.GetProperty("data").GetProperty("changes").EnumerateArray(),
            change => Assert.Equal("""{"roomId":7}""", change.GetRawText()));
        Assert.Equal(2 * Users, during.Records().Count);
        (await during.GetAsync("/1/count?type=room&rid=7")).HasData($$"""{"sessions":{{Users}}}""");
        (await during.GetAsync("/1/count?type=total")).HasData($$"""{"sessions":{{Users}},"users":{{Users}}}""");
        var page = (await during.GetAsync("/1/room/users?rid=7&limit=10000")).GetProperty("data");
        Assert.Equal(
            Enumerable.Range(1, Users),
            page.GetProperty("users").EnumerateArray().Select(user => user.GetProperty("userId").GetInt32()).Order());
        for (var user = 1; user <= Users; user += 29)
        {
            (await during.PostAsync("/1/room/change", $$"""{"key":"{{user}}_1","roomId":8}""")).HasData("""{"roomId":8}""");
            Assert.Equal([8], RoomReplay.RoomsOf(during.Records(), $"{user}_1", 1));
        }
    }

    [Fact]
    public async Task A_session_at_its_owner_before_is_changed_while_the_new_owner_is_cold()
    {
        await using var cold = await TestNode.StartAsync(null, "--RouterNode:ColdStart=00:10:00");
        await using var growing = await TestHost.StartAsync([],
        [
            .. Settled.Select(name => $"--Router:Nodes:{name}={before.Nodes[name].Address}"),
            $"--Router:Nodes:3={cold.Address}",
            .. Settled.Select(name => $"--Router:PreviousNodes:{name}={before.Nodes[name].Address}"),
        ]);
        for (var user = Users; user > Users - 20; user--)
        {
            (await growing.PostAsync("/1/room/change", $$"""{"key":"{{user}}_1","roomId":7}""")).HasData("""{"roomId":7}""");
            Assert.Equal([7], RoomReplay.RoomsOf(growing.Records(), $"{user}_1", 1));
        }
    }

    [Fact]
    public async Task A_dead_node_of_the_ring_before_fails_those_whose_sessions_it_may_hold()
    {
        await before.Nodes["2"].DisposeAsync();
        var outcomes = new HashSet<int>();
        for (var user = 1; user <= 50; user++)
        {
            var answer = await during.PostAsync("/1/room/change", $$"""{"key":"{{user}}_1","roomId":7}""");
            outcomes.Add(answer.Ret());
            if (answer.Ret() != 1)
            {
                answer.IsRefused("router node 2 did not answer");
            }
        }

        Assert.Equal([1, 65535], outcomes.Order());
    }

    private static async Task RestoreAsync(TestHost host, int users)
    {
        var puts = Enumerable.Range(1, users).Select(user => $$"""{"key":"{{user}}_1","server":3,"roomId":1}""");
        Assert.Equal(1, (await host.PostAsync("/1/router/mput", $$"""{"puts":[{{string.Join(',', puts)}}]}""")).Ret());
    }
}
