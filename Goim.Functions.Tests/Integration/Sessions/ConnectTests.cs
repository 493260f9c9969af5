using System.Text.Json;
using Goim.Functions.Tests.Hosting;
using Goim.Logic.Comet;

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

    [Theory]
    [InlineData("", "body is empty")]
    [InlineData("[]", "body is not a JSON object")]
    [InlineData("{", "body is not a JSON object")]
    [InlineData("""{"token":"\ud800","server":3}""", "body is not a JSON object")]
    [InlineData("{}", "token is missing")]
    [InlineData("""{"token":42,"server":3}""", "token is '42': expected a string")]
    [InlineData("""{"token":null,"server":3}""", "token is 'null'")]
    [InlineData("""{"token":"42"}""", "server is missing")]
    [InlineData("""{"token":"42","server":"3"}""", "server is '\"3\"'")]
    [InlineData("""{"token":"42","server":2147483648}""", "server is '2147483648'")]
    [InlineData("""{"token":"42","server":3.5}""", "server is '3.5'")]
    [InlineData("""{"token":"abc","server":3}""", "token is refused")]
    [InlineData("""{"token":"","server":3}""", "token is refused")]
    [InlineData("""{"token":"4 2","server":3}""", "token is refused")]
    public async Task A_bad_connect_is_refused_and_registers_nobody(string body, string expected)
    {
        (await host.PostAsync("/1/connect", body)).IsRefused(expected);

        (await host.GetAsync("/1/count?type=server")).HasData("[]");
    }

    [Fact]
    public async Task A_refused_token_is_not_told_back() =>
        Assert.DoesNotContain("s3cret", (await host.PostAsync("/1/connect", """{"token":"s3cret","server":3}""")).GetRawText(), StringComparison.Ordinal);

    [Theory]
    [InlineData("{}", "key is missing")]
    [InlineData("""{"key":"42"}""", "key is '42'")]
    [InlineData("""{"key":"42_"}""", "key is '42_'")]
    [InlineData("""{"key":"42_1_2"}""", "key is '42_1_2'")]
    [InlineData("""{"key":"42_1","roomId":"x"}""", "roomId is '\"x\"'")]
    public async Task A_bad_disconnect_is_refused(string body, string expected) =>
        (await host.PostAsync("/1/disconnect", body)).IsRefused(expected);

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
            ["""{"event":"connect","user":42,"key":"42_1","server":3,"room":1}""", """{"event":"disconnect","user":42,"key":"42_1","server":3,"room":1}"""],
            events);
        Assert.Empty(telling.Records());
    }

    [Fact]
    public async Task The_default_authenticator_takes_any_user_id_into_room_1()
    {
        var authenticator = new UserIdAuthenticator();

        Assert.Equal(new Identity(long.MinValue, 1), await authenticator.AuthenticateAsync("-9223372036854775808", CancellationToken.None));
        Assert.Null(await authenticator.AuthenticateAsync("9223372036854775808", CancellationToken.None));
    }

    /// <summary>The event with its time checked and taken out.</summary>
    internal static string WithoutTime(ReadRecord record)
    {
        var at = JsonElement.Parse(record.Text).GetProperty("at").GetInt64();
        Assert.InRange(at, DateTimeOffset.UtcNow.AddMinutes(-5).ToUnixTimeMilliseconds(), DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        return record.Text.Replace($",\"at\":{at}", "", StringComparison.Ordinal);
    }
}
