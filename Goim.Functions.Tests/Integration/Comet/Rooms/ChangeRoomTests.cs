using Goim.Functions.Tests.Hosting;
using Goim.Logic.Tokens;
using Microsoft.Extensions.DependencyInjection;

namespace Goim.Functions.Tests.Integration.Comet.Rooms;

/// <summary>Operation 12 through the whole app: clients change their rooms. Each test has users of its own.</summary>
public sealed class ChangeRoomTests(ChangeRoomTests.Fixture fixture) : IClassFixture<ChangeRoomTests.Fixture>
{
    private readonly TestHost host = fixture.ForOneTest();

    [Theory]
    [InlineData("tcp", 42)]
    [InlineData("ws", 43)]
    public async Task A_client_gets_the_messages_of_the_room_to_which_it_changes(string scheme, int user)
    {
        var room = 1_000 + user;
        using var client = await host.ConnectAsync(scheme, $"{user}/{room}");

        await ChangeAsync(client, $"{room}", $$"""{"roomId":{{room}}}""");
        await host.PushAsync("push/room?rid=1", "not any more");
        await host.PushAsync($"push/room?rid={room}", "in the room");
        await client.ExpectAsync("in the room");
        Assert.Equal(1, await CountAsync(room));

        await ChangeAsync(client, "-1", """{"roomId":-1}""");
        await host.PushAsync($"push/room?rid={room}", "not any more");
        await host.PushAsync($"push?uid={user}", "to the user");
        await client.ExpectAsync("to the user");
        Assert.Equal(0, await CountAsync(room));
    }

    [Theory]
    [InlineData("tcp", 52)]
    [InlineData("ws", 53)]
    public async Task A_change_to_the_room_that_it_is_in_is_answered_too(string scheme, int user)
    {
        var room = 1_000 + user;
        using var client = await host.ConnectAsync(scheme, $"{user}/1,{room}");

        await ChangeAsync(client, "1", """{"roomId":1}""");
        await ChangeAsync(client, $"+{room}", $$"""{"roomId":{{room}}}""");
        await ChangeAsync(client, $"0{room}", $$"""{"roomId":{{room}}}""");

        await host.PushAsync($"push/room?rid={room}", "once");
        await client.ExpectAsync("once");
        await client.AnswersHeartbeatAsync();
    }

    [Theory]
    [InlineData("tcp", 62)]
    [InlineData("ws", 63)]
    public async Task Changes_in_a_row_are_carried_out_in_their_order(string scheme, int user)
    {
        var rooms = Enumerable.Range(1_000 + (user * 10), 8).ToArray();
        using var client = await host.ConnectAsync(scheme, $"{user}/{string.Join(',', rooms)}");

        foreach (var room in rooms)
        {
            await client.SendAsync(new CometPacket(12, $"{room}", room));
        }

        foreach (var room in rooms)
        {
            var reply = await client.ReceiveAsync();
            Assert.Equal((13, $$"""{"roomId":{{room}}}""", room), (reply?.Op ?? -1, reply?.Text, reply?.Seq ?? -1));
        }

        foreach (var room in rooms)
        {
            await host.PushAsync($"push/room?rid={room}", $"to {room}");
        }

        await client.ExpectAsync($"to {rooms[^1]}");
        await client.AnswersHeartbeatAsync();
        var counts = await Task.WhenAll(rooms.Select(CountAsync));
        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 1], counts);
    }

    [Fact]
    public async Task Many_clients_change_at_once_and_members_and_counts_are_theirs()
    {
        const int FirstUser = 2_000, Clients = 300, Room = 5_000;
        var clients = await Task.WhenAll(Enumerable.Range(FirstUser, Clients)
            .Select(user => host.ConnectAsync(user % 2 == 0 ? "tcp" : "ws", $"{user}/{Room},{Room + 1},{Room + 2}")));

        await Task.WhenAll(clients.Select((client, i) => ChangeAsync(client, $"{Room + (i % 3)}", $$"""{"roomId":{{Room + (i % 3)}}}""")));

        var counts = await Task.WhenAll(Enumerable.Range(Room, 4).Select(CountAsync));
        Assert.Equal([100, 100, 100, 0], counts);
        for (var room = Room; room < Room + 3; room++)
        {
            await host.PushAsync($"push/room?rid={room}", $"to {room}");
        }

        await Task.WhenAll(clients.Select(async (client, i) =>
        {
            await client.ExpectAsync($"to {Room + (i % 3)}");
            await client.AnswersHeartbeatAsync();
        }));
        Array.ForEach(clients, static client => client.Dispose());
    }

    [Fact]
    public async Task A_further_token_changes_the_rooms()
    {
        using var client = await host.ConnectAsync("tcp", "72/1072");
        await client.AuthAsync("72/1073");

        await ChangeAsync(client, "1072", """{"error":"the room is 1072: expected one of the token's rooms, or -1"}""");
        await ChangeAsync(client, "1073", """{"roomId":1073}""");
        await client.AuthAsync("72");
        await ChangeAsync(client, "1073", """{"error":"the room is 1073: expected one of the token's rooms, or -1"}""");
    }

    private static async Task ChangeAsync(CometClient client, string room, string answer)
    {
        await client.SendAsync(new CometPacket(12, room, 9, 4));
        var reply = await client.ReceiveAsync();
        Assert.Equal((13, answer, 9, 4), (reply?.Op ?? -1, reply?.Text, reply?.Seq ?? -1, reply?.Version ?? -1));
    }

    private async Task<long> CountAsync(int room)
    {
        var counter = (await host.CountNowAsync("allroomcount")).GetProperty("data").GetProperty("counter");
        return counter.TryGetProperty($"{room}", out var count) ? count.GetInt64() : 0;
    }

    /// <summary>A host with a comet and <see cref="RoomTokens"/>.</summary>
    public sealed class Fixture : HostFixture
    {
        private protected override async Task<TestHost?> StartAsync() => await CometHost.StartAsync(
            ["1"], static builder => builder.Services.AddSingleton<ITokenAuthenticator, RoomTokens>());
    }
}
