using System.Text.Json;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Access;

/// <summary>Which scope opens which route.</summary>
public sealed class ScopeTests(CallersHost shared) : IClassFixture<CallersHost>
{
    private static readonly string[] Scopes = ["push.user", "push.room", "push.all", "comet", "read", "admin"];
    private readonly TestHost host = shared.ForOneTest();

    [Theory]
    [InlineData("push.user", "POST", "/1/push?uid=1", "m")]
    [InlineData("push.user", "POST", "/1/pushs", """{"m":1,"u":[1,2]}""")]
    [InlineData("push.user", "POST", "/1/push/key?key=1_1", "m")]
    [InlineData("push.room", "POST", "/1/push/room?rid=1", "m")]
    [InlineData("push.room", "POST", "/1/push/rooms", """{"m":1,"r":[1,2]}""")]
    [InlineData("push.all", "POST", "/1/push/all", "m")]
    [InlineData("push.user or push.room or push.all", "POST", "/1/push/batch", """{"uid":1,"m":1}""")]
    [InlineData("comet", "POST", "/1/connect", """{"token":"1","server":3}""")]
    [InlineData("comet", "POST", "/1/connects", """{"tokens":["1"],"server":3}""")]
    [InlineData("comet", "POST", "/1/disconnect", """{"key":"1_1"}""")]
    [InlineData("comet", "POST", "/1/disconnects", """{"keys":["1_1"]}""")]
    [InlineData("comet", "POST", "/1/heartbeat", """{"server":3}""")]
    [InlineData("comet", "POST", "/1/router/put", """{"userId":1,"server":3}""")]
    [InlineData("comet", "POST", "/1/router/mput", """{"puts":[{"userId":1,"server":3}]}""")]
    [InlineData("comet", "POST", "/1/router/del", """{"userId":1,"seq":1}""")]
    [InlineData("comet", "POST", "/1/room/changes", """{"server":3,"changes":[{"key":"1_1","roomId":7}]}""")]
    [InlineData("read", "GET", "/1/count?type=total", "")]
    [InlineData("read", "GET", "/1/count?type=total&publish=1", "")]
    [InlineData("read", "GET", "/1/count?type=room&rid=1", "")]
    [InlineData("read", "GET", "/1/room/users?rid=1", "")]
    [InlineData("read", "GET", "/1/router/get?uid=1", "")]
    [InlineData("read", "POST", "/1/router/mget", """{"userIds":[1]}""")]
    [InlineData("read", "GET", "/1/router/getall?node=1", "")]
    [InlineData("read", "GET", "/1/router/allroomcount", "")]
    [InlineData("read", "GET", "/1/router/allservercount", "")]
    [InlineData("read", "GET", "/1/router/ping", "")]
    [InlineData("read", "GET", "/monitor/stat", "")]
    [InlineData("read", "GET", "/local/settings", "")]
    [InlineData("read", "GET", "/local/comet", "")]
    [InlineData("admin", "DELETE", "/monitor/stat", "")]
    [InlineData("admin", "POST", "/1/server/del?server=9", "")]
    [InlineData("admin", "POST", "/1/router/delserver", """{"server":9}""")]
    [InlineData("admin", "POST", "/1/kick?server=9", "")]
    [InlineData("admin", "POST", "/1/room/change", """{"key":"1_999","roomId":7}""")]
    public async Task A_route_opens_to_its_scope_alone(string scope, string method, string url, string body)
    {
        foreach (var other in Scopes.Except(scope.Split(" or ")))
        {
            (await host.SendAsync(method, url, body, CallerRequests.Key(other)))
                .Is(403, $"caller of-{other} lacks the scope {scope} (Access__Callers): nothing was done.");
        }

        Assert.Empty(host.Records());
        foreach (var each in scope.Split(" or "))
        {
            Assert.Equal(200, (await host.SendAsync(method, url, body, CallerRequests.Key(each))).Status);
        }
    }

    [Fact]
    public async Task The_records_of_LocalHost_open_to_the_scope_read()
    {
        (await host.SendAsync("GET", "/local/records", "", CallerRequests.Key("comet")))
            .Is(403, "caller of-comet lacks the scope read (Access__Callers): nothing was done.");
        (await host.SendAsync("GET", "/local/records?from=x", "", CallerRequests.Key("read")))
            .Is(400, "from is 'x': expected start or now.");
    }

    // A line of each kind, and what the caller of each scope may send.
    [Theory]
    [InlineData("push.user", "ok", "ok", "push.room", "push.all", "ok")]
    [InlineData("push.room", "push.user", "push.user", "ok", "push.all", "push.user")]
    [InlineData("push.all", "push.user", "push.user", "push.room", "ok", "push.user")]
    public async Task In_a_batch_a_line_fails_alone(string scope, params string[] lacking)
    {
        const string Lines = """
            {"uid":901,"m":1}
            {"u":[901,902],"m":1}
            {"rid":1,"m":1}
            {"all":true,"m":1}
            {"key":"901_1","m":1}
            """;

        var answer = await host.SendAsync("POST", "/1/push/batch", Lines, CallerRequests.Key(scope));

        var answers = answer.Body.TrimEnd('\n').Split('\n').Select(line => JsonElement.Parse(line)).ToArray();
        Assert.Equal(
            lacking.Select((missing, i) => missing == "ok"
                ? ""
                : $"line {i + 1}: caller of-{scope} lacks the scope {missing} (Access__Callers): nothing was sent."),
            answers.Select(each => each.TryGetProperty("error", out var error) ? error.GetString() : ""));
        Assert.Equal(scope == "push.user" ? 0 : 1, host.Records().Count);
    }

    [Theory]
    [InlineData(0, 200)]
    [InlineData(9, 200)]
    [InlineData(10, 403)]
    [InlineData(-1, 403)]
    [InlineData(1999, 403)]
    [InlineData(2000, 200)]
    [InlineData(2001, 403)]
    public async Task A_caller_pushes_to_its_own_rooms(int room, int status)
    {
        var answer = await host.SendAsync("POST", $"/1/push/room?rid={room}", "m", CallerRequests.Key("rooms"));

        if (status == 403)
        {
            answer.Is(403, $"room {room} is not one of caller rooms (Access__Callers): nothing was sent.");
        }

        Assert.Equal(status, answer.Status);
        Assert.Equal(status == 200 ? 1 : 0, host.Records().Count);
    }

    [Theory]
    [InlineData("[0,9,2000]", null)]
    [InlineData("[]", null)]
    [InlineData("[0,10,2000]", 10)]
    [InlineData("[0,9,2001,11]", 2001)]
    [InlineData("[-1]", -1)]
    public async Task A_push_to_many_rooms_needs_each_of_them(string rooms, int? refused)
    {
        var answer = await host.SendAsync("POST", "/1/push/rooms", $$"""{"m":1,"r":{{rooms}}}""", CallerRequests.Key("rooms"));

        if (refused is { } room)
        {
            answer.Is(403, $"room {room} is not one of caller rooms (Access__Callers): nothing was sent.");
        }

        Assert.Equal(refused is null ? 200 : 403, answer.Status);
        Assert.Equal(rooms == "[0,9,2000]" ? 3 : 0, host.Records().Count);
    }

    [Fact]
    public async Task A_line_for_the_room_of_another_fails_alone()
    {
        var answer = await host.SendAsync(
            "POST", "/1/push/batch", "{\"rid\":10,\"m\":1}\n{\"rid\":9,\"m\":1}", CallerRequests.Key("rooms"));

        var lines = answer.Body.TrimEnd('\n').Split('\n').Select(line => JsonElement.Parse(line)).ToArray();
        lines[0].IsRefused("line 1: room 10 is not one of caller rooms (Access__Callers): nothing was sent.");
        Assert.Equal(1, lines[1].Ret());
        Assert.Single(host.Records());
    }

    [Fact]
    public async Task A_dry_run_needs_the_scope_and_the_room_too()
    {
        (await host.SendAsync("POST", "/1/push/all?dry=1", "m", CallerRequests.Key("push.user")))
            .Is(403, "caller of-push.user lacks the scope push.all (Access__Callers): nothing was done.");
        (await host.SendAsync("POST", "/1/push/room?rid=10&dry=1", "m", CallerRequests.Key("rooms")))
            .Is(403, "room 10 is not one of caller rooms (Access__Callers): nothing was sent.");
    }
}
