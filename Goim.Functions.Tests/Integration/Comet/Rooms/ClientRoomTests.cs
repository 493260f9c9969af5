using Goim.Comet.Client;
using Goim.Functions.Tests.Hosting;
using Goim.Logic.Tokens;
using Microsoft.Extensions.DependencyInjection;

namespace Goim.Functions.Tests.Integration.Comet.Rooms;

/// <summary>The client library with a comet and the whole app: rooms and kicks. Each test has users of its own.</summary>
public sealed class ClientRoomTests(ClientRoomTests.Fixture fixture) : IClassFixture<ClientRoomTests.Fixture>
{
    private readonly TestHost host = fixture.ForOneTest();

    [Theory]
    [InlineData("tcp", 142)]
    [InlineData("ws", 143)]
    public async Task A_client_changes_its_room_and_gets_its_messages(string scheme, int user)
    {
        var room = 1_000 + user;
        await using var connection = await GoimConnection.ConnectAsync(host.Comet(scheme), $"{user}/{room}");
        await using var messages = connection.ReadAllAsync().GetAsyncEnumerator();

        Assert.Equal(room, await connection.ChangeRoomAsync(room));
        await host.PushAsync("push/room?rid=1", "not any more");
        await host.PushAsync($"push/room?rid={room}", "in the room");
        Assert.Equal("in the room", await NextAsync(messages));

        var refused = await Assert.ThrowsAsync<GoimRoomException>(() => connection.ChangeRoomAsync(1));
        Assert.Equal("the room is 1: expected one of the token's rooms, or -1.", refused.Message);
        Assert.Equal(-1, await connection.ChangeRoomAsync(-1));
        await host.PushAsync($"push/room?rid={room}", "not any more");
        await host.PushAsync($"push?uid={user}", "to the user");
        Assert.Equal("to the user", await NextAsync(messages));
    }

    [Theory]
    [InlineData("tcp", 152)]
    [InlineData("ws", 153)]
    public async Task A_kick_ends_the_connection_for_good(string scheme, int user)
    {
        await using var connection = await GoimConnection.ConnectAsync(host.Comet(scheme), $"{user}");
        await using var messages = connection.ReadAllAsync().GetAsyncEnumerator();

        Assert.Equal(1, (await host.PostAsync($"/1/kick?key={user}_1&reason=bye", "")).Ret());

        var end = await Assert.ThrowsAsync<GoimDisconnectedException>(() => NextAsync(messages));
        Assert.Equal("Disconnected: bye.", end.Message);
        await Eventually.UntilAsync(async () => await host.SessionsAsync(user) == 0);
    }

    [Fact]
    public async Task After_a_reconnect_the_client_is_in_the_room_of_its_token_again()
    {
        using var network = new NetworkProxy(host.Comet("tcp"));
        await using var connection = new GoimConnection(new GoimConnectionOptions(network.Url, "162/1162"));
        var connects = 0;
        connection.StateChanged += (_, change) => connects += change.State == GoimConnectionState.Connected ? 1 : 0;
        await connection.ConnectAsync();
        await using var messages = connection.ReadAllAsync().GetAsyncEnumerator();
        Assert.Equal(1_162, await connection.ChangeRoomAsync(1_162));

        network.CutAfter(1);
        await host.PushAsync("push?uid=162", "cut");
        await Eventually.UntilAsync(() => Volatile.Read(ref connects) == 2);
        await host.PushAsync("push/room?rid=1162", "not any more");
        await host.PushAsync("push/room?rid=1", "again");

        Assert.Equal("again", await NextAsync(messages));
    }

    private static async Task<string> NextAsync(IAsyncEnumerator<GoimMessage> messages)
    {
        Assert.True(await messages.MoveNextAsync().AsTask().WaitAsync(Eventually.Limit));
        return messages.Current.ToString();
    }

    /// <summary>A host with a comet and <see cref="RoomTokens"/>.</summary>
    public sealed class Fixture : HostFixture
    {
        private protected override async Task<TestHost?> StartAsync() => await CometHost.StartAsync(
            ["1"], static builder => builder.Services.AddSingleton<ITokenAuthenticator, RoomTokens>());
    }
}
