using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Access;

/// <summary>What the trail has of requests.</summary>
public sealed class TrailTests : IAsyncLifetime, IDisposable
{
    private const string Backend = "x-goim-key: the-key-of-backend", Rooms = "x-goim-key: the-key-of-rooms";
    private readonly LogLines lines = new();
    private TestHost host = null!;

    public async Task InitializeAsync() => host = await StartAsync(
        lines,
        "--Access:Callers:backend:Key=the-key-of-backend", "--Access:Callers:backend:Scopes=push.user,push.all,admin",
        "--Access:Callers:backend:UsersPerSecond=5",
        "--Access:Callers:rooms:Key=the-key-of-rooms", "--Access:Callers:rooms:Scopes=push.room",
        "--Access:Callers:rooms:Rooms=0-9",
        "--LocalHost:Keys:ops=a-function-key-of-ops");

    public async Task DisposeAsync() => await host.DisposeAsync();

    public void Dispose() => lines.Dispose();

    [Theory]
    [InlineData("/1/push/all?ack=broker", "PushAll: caller backend, route /1/push/all, target all, count 1, outcome done")]
    [InlineData("/1/PUSH/all", "PushAll: caller backend, route /1/push/all, target all, count 1, outcome queued")]
    [InlineData("/1/server/del?server=3", "DelServer: caller backend, route /1/server/del, target server 3, count 1, outcome done")]
    [InlineData("/1/push/room?rid=1", "RefusedScope: caller backend, route /1/push/room, target push.room, count 1, outcome refused")]
    [InlineData("/1/router/put", "RefusedScope: caller backend, route /1/router/put, target comet, count 1, outcome refused")]
    public async Task A_change_that_matters_or_a_refusal_is_a_line(string url, string line)
    {
        await host.SendAsync("POST", url, "secret", Backend);

        Assert.Equal([line], Of(lines));
    }

    [Fact]
    public async Task The_deletion_of_a_server_at_the_router_is_a_line()
    {
        await host.SendAsync("POST", "/1/router/delserver", """{"server":3}""", Backend);

        Assert.Equal(
            [
                "DelServer: caller backend, route /1/router/delserver, target server 3, count 1, outcome done",
            ],
            Of(lines));
    }

    [Theory]
    [InlineData("uid=42", "user 42")]
    [InlineData("key=42_1", "key 42_1")]
    [InlineData("server=3&reason=secret", "server 3")]
    public async Task A_kick_is_a_line(string query, string target)
    {
        await host.SendAsync("POST", $"/1/kick?{query}", "", Backend);

        Assert.Equal([$"Kick: caller backend, route /1/kick, target {target}, count 1, outcome done"], Of(lines));
    }

    [Fact]
    public async Task A_change_of_room_is_a_line()
    {
        await host.Nodes["1"].PutAsync(42, 1, 3, 1);
        await host.SendAsync("POST", "/1/room/change", """{"key":"42_1","roomId":7}""", Backend);
        await host.SendAsync("POST", "/1/room/change", """{"key":"43_1","roomId":7}""", Backend);
        await host.SendAsync("POST", "/1/room/change", """{"key":"secret","roomId":7}""", Backend);

        Assert.Equal(
            [
                "ChangeRoom: caller backend, route /1/room/change, target key 42_1, count 1, outcome done",
                "ChangeRoom: caller backend, route /1/room/change, target key 43_1, count 1, outcome failed (BadInput)",
            ],
            Of(lines));
    }

    [Fact]
    public async Task A_room_that_is_not_the_callers_is_a_line()
    {
        await host.SendAsync("POST", "/1/push/room?rid=10", "secret", Rooms);

        Assert.Equal(
            ["RefusedScope: caller rooms, route /1/push/room, target room 10, count 1, outcome refused"],
            Of(lines));
    }

    [Fact]
    public async Task Rooms_that_are_not_all_the_callers_are_a_line_with_the_first_of_the_others()
    {
        await host.SendAsync("POST", "/1/push/rooms", """{"m":"secret","r":[9,11,10]}""", Rooms);

        Assert.Equal(
            ["RefusedScope: caller rooms, route /1/push/rooms, target room 11, count 1, outcome refused"],
            Of(lines));
    }

    [Fact]
    public async Task Users_above_the_limit_are_a_line()
    {
        await host.SendAsync("POST", "/1/pushs", """{"m":"secret","u":[1,2,3,4,5,6]}""", Backend);

        Assert.Equal(
            ["RefusedRate: caller backend, route /1/pushs, target users, count 1, outcome refused"], Of(lines));
    }

    [Fact]
    public async Task A_key_of_no_caller_is_a_line_without_the_key()
    {
        await host.SendAsync("POST", "/1/push/all", "secret", "x-goim-key: a-key-that-nobody-has");

        Assert.Equal(
            ["RefusedKey: caller unknown, route /1/push/all, target none, count 1, outcome refused"], Of(lines));
    }

    [Fact]
    public async Task A_function_key_is_named()
    {
        await host.SendAsync("POST", "/1/push/all", "secret", "x-functions-key: a-function-key-of-ops");

        Assert.Equal(
            ["PushAll: caller function key ops, route /1/push/all, target all, count 1, outcome queued"],
            Of(lines));
    }

    [Fact]
    public async Task A_batch_has_one_line_for_its_pushes_to_all_and_one_for_each_kind_of_refusal()
    {
        await host.SendAsync(
            "POST",
            "/1/push/batch",
            "{\"all\":true,\"m\":1}\n{\"all\":true,\"m\":2}\n{\"rid\":1,\"m\":3}\n{\"rid\":2,\"m\":4}\n{\"uid\":1,\"m\":5}\n"
            + "{\"u\":[1,2,3,4,5,6],\"m\":6}",
            Backend);

        Assert.Equal(
            [
                "PushAll: caller backend, route /1/push/batch, target all, count 2, outcome done",
                "RefusedScope: caller backend, route /1/push/batch, target push.room, count 2, outcome refused",
                "RefusedRate: caller backend, route /1/push/batch, target users, count 1, outcome refused",
            ],
            Of(lines));
    }

    [Theory]
    [InlineData("/1/push?uid=1")]
    [InlineData("/1/push?uid=x")]
    [InlineData("/1/push/key?key=1_1")]
    [InlineData("/1/push/all?dry=1")]
    [InlineData("/1/push/all?ack=x")]
    [InlineData("/1/server/del?server=x")]
    [InlineData("/1/kick?uid=x")]
    public async Task Anything_else_is_not_in_the_trail(string url)
    {
        await host.SendAsync("POST", url, "m", Backend);

        Assert.Empty(Of(lines));
    }

    [Fact]
    public async Task A_line_has_the_trace_of_its_request()
    {
        await host.SendAsync(
            "POST", "/1/push/all", "m", Backend, "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");

        Assert.EndsWith(", trace 0af7651916cd43dd8448eb211c80319c", Assert.Single(lines.All), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_callers_a_push_to_all_is_from_a_function_key_or_from_anyone()
    {
        using var seen = new LogLines();
        await using var open = await StartAsync(seen, "--LocalHost:Keys:ops=a-function-key-of-ops");

        await open.SendAsync("POST", "/1/push/all", "secret");
        await open.SendAsync("POST", "/1/push/all", "secret", "x-functions-key: a-function-key-of-ops");

        Assert.Equal(
            [
                "PushAll: caller anyone, route /1/push/all, target all, count 1, outcome queued",
                "PushAll: caller function key ops, route /1/push/all, target all, count 1, outcome queued",
            ],
            Of(seen));
    }

    // Without the trace, which a listener of another test may begin.
    internal static string[] Of(LogLines lines) => [.. lines.All.Select(line => line.Split(", trace ")[0]["Information: ".Length..])];

    internal static Task<TestHost> StartAsync(LogLines lines, params string[] settings) => TestHost.StartAsync(
        ["1"], ["--Logging:LogLevel:Goim.Audit=Information", .. settings], configure: lines.AddTo);
}
