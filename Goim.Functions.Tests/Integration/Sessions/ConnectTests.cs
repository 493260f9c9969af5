using System.Text.Json;
using Goim.Functions.Tests.Hosting;
using Goim.Logic.Tokens;

namespace Goim.Functions.Tests.Integration.Sessions;

public sealed class ConnectTests : IAsyncLifetime
{
    private TestHost host = null!;

    public async Task InitializeAsync() => host = await TestHost.StartAsync();

    public async Task DisposeAsync() => await host.DisposeAsync();

    [Fact]
    public async Task Connect_registers_the_user_of_the_token_in_room_1()
    {
        (await host.PostAsync("/1/connect", """{"token":"42","server":3}""")).HasData("""{"key":"42_1","roomId":1}""");

        (await host.GetAsync("/1/count?type=room")).HasData("""[{"RoomId":1,"Count":1}]""");
        (await host.GetAsync("/1/count?type=server")).HasData("""[{"Server":3,"Count":1}]""");
    }

    [Fact]
    public async Task Disconnecting_twice_says_so()
    {
        await host.PostAsync("/1/connect", """{"token":"42","server":3}""");

        (await host.PostAsync("/1/disconnect", """{"key":"42_1"}""")).HasData("""{"has":true}""");
        (await host.PostAsync("/1/disconnect", """{"key":"42_1"}""")).HasData("""{"has":false}""");
    }

    [Fact]
    public async Task Disconnect_with_the_wrong_room_leaves_that_rooms_count_alone()
    {
        await host.PostAsync("/1/connect", """{"token":"42","server":3}""");
        await host.Nodes["1"].PutAsync(43, 1, 3, 7);

        await host.PostAsync("/1/disconnect", """{"key":"42_1","roomId":7}""");

        (await host.GetAsync("/1/count?type=room")).HasData("""[{"RoomId":7,"Count":1}]""");
    }

    [Fact]
    public async Task An_old_disconnect_does_not_take_a_session_made_after_the_server_was_deleted()
    {
        await host.PostAsync("/1/connect", """{"token":"42","server":3}""");
        (await host.PostAsync("/1/server/del?server=3", "")).IsOk();
        (await host.PostAsync("/1/connect", """{"token":"42","server":3}""")).HasData("""{"key":"42_2","roomId":1}""");

        (await host.PostAsync("/1/disconnect", """{"key":"42_1"}""")).HasData("""{"has":false}""");
        (await host.GetAsync("/1/count?type=server")).HasData("""[{"Server":3,"Count":1}]""");
    }

    [Fact]
    public async Task Connections_are_no_events_unless_asked_for()
    {
        await host.PostAsync("/1/connect", """{"token":"42","server":3}""");
        await host.PostAsync("/1/disconnect", """{"key":"42_1"}""");

        Assert.Empty(host.Events());
        Assert.Empty(host.Records());
    }

    [Fact]
    public async Task Connections_are_events_where_the_setting_says_so()
    {
        await using var telling = await TestHost.StartAsync("--Events:Connections=true");
        await telling.PostAsync("/1/connect", """{"token":"42","server":3}""");
        await telling.PostAsync("/1/disconnect", """{"key":"42_1","roomId":1}""");
        await telling.PostAsync("/1/disconnect", """{"key":"42_1","roomId":1}""");

        var events = telling.Events().Select(record => WithoutTime(record)).Order(StringComparer.Ordinal);
        Assert.Equal(
            [
                """{"event":"connect","user":42,"key":"42_1","server":3,"room":1}""",
                """{"event":"disconnect","user":42,"key":"42_1","server":3,"room":1}""",
            ],
            events);
        Assert.Empty(telling.Records());
    }

    [Fact]
    public async Task The_default_authenticator_takes_any_user_id_into_room_1()
    {
        var authenticator = new UserIdAuthenticator();

        Assert.True(
            (await authenticator.AuthenticateAsync("-9223372036854775808", CancellationToken.None)).Is(out var identity, out _));
        Assert.Equal(new Identity(long.MinValue, 1), identity);
        Assert.False((await authenticator.AuthenticateAsync("9223372036854775808", CancellationToken.None)).Is(out _, out _));
    }

    /// <summary>Checks the time of an event. Returns the event without it.</summary>
    internal static string WithoutTime(ReadRecord record)
    {
        var at = JsonElement.Parse(record.Text).GetProperty("at").GetInt64();
        Assert.InRange(at, DateTimeOffset.UtcNow.AddMinutes(-5).ToUnixTimeMilliseconds(), DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        return record.Text.Replace($",\"at\":{at}", "", StringComparison.Ordinal);
    }
}
