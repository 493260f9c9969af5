using System.Diagnostics;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Sessions;

public sealed class CountTests : IAsyncLifetime
{
    private TestHost host = null!;

    public async Task InitializeAsync()
    {
        host = await TestHost.StartAsync(["1", "2"], []);
        await host.Nodes["1"].PutAsync(2002, 1, 3, 1);
        await host.Nodes["2"].PutAsync(2001, 1, 3, -1);
        await host.Nodes["2"].PutAsync(2003, 1, 5, 1);
    }

    public async Task DisposeAsync() => await host.DisposeAsync();

    [Fact]
    public async Task Sessions_of_all_nodes_are_added_up()
    {
        (await host.GetAsync("/1/count?type=room")).HasData("""[{"RoomId":-1,"Count":1},{"RoomId":1,"Count":2}]""");
        (await host.GetAsync("/1/count?type=server")).HasData("""[{"Server":3,"Count":2},{"Server":5,"Count":1}]""");
        (await host.GetAsync("/1/count?type=total")).HasData("""{"sessions":3,"users":3}""");
    }

    [Fact]
    public async Task A_server_without_a_session_is_left_out()
    {
        (await host.PostAsync("/1/server/del?server=3", "")).IsOk();

        (await host.GetAsync("/1/count?type=server")).HasData("""[{"Server":5,"Count":1}]""");
        (await host.GetAsync("/1/count?type=room")).HasData("""[{"RoomId":1,"Count":1}]""");
    }

    [Fact]
    public async Task Published_counts_are_an_event_too()
    {
        (await host.GetAsync("/1/count?type=room&publish=1")).HasData("""[{"RoomId":-1,"Count":1},{"RoomId":1,"Count":2}]""");

        Assert.Equal(
            """{"event":"count","type":"room","data":[{"RoomId":-1,"Count":1},{"RoomId":1,"Count":2}]}""",
            ConnectTests.WithoutTime(Assert.Single(host.Events())));
        Assert.Empty(host.Records());
    }

    [Theory]
    [InlineData("type=room&rid=1", """{"event":"count","type":"room","room":1,"data":{"sessions":2}}""")]
    [InlineData("type=total", """{"event":"count","type":"total","data":{"sessions":3,"users":3}}""")]
    public async Task A_published_count_of_one_room_or_of_all_is_an_event_too(string query, string expected)
    {
        Assert.Equal(1, (await host.GetAsync($"/1/count?{query}&publish=1")).Ret());

        Assert.Equal(expected, ConnectTests.WithoutTime(Assert.Single(host.Events())));
    }

    [Fact]
    public async Task Counts_too_large_for_a_record_are_answered_and_not_published()
    {
        await using var small = await TestHost.StartAsync("--KafkaMaxRecordBytes=1000");
        for (var server = 0; server < 60; server++)
        {
            await small.PostAsync("/1/connect", $$"""{"token":"42","server":{{server}}}""");
        }

        Assert.Equal(60, (await small.GetAsync("/1/count?type=server&publish=1")).GetProperty("data").GetArrayLength());
        Assert.Empty(small.Events());
    }

    [Fact]
    public async Task A_count_is_told_again_for_a_second_and_asked_for_anew_after_it()
    {
        var asked = Stopwatch.GetTimestamp();
        (await host.GetAsync("/1/count?type=server")).HasData("""[{"Server":3,"Count":2},{"Server":5,"Count":1}]""");
        await host.Nodes["1"].PutAsync(2002, 2, 7, 1);

        await Eventually.UntilAsync(async () =>
        {
            var servers = (await host.GetAsync("/1/count?type=server")).GetProperty("data").GetArrayLength();
            Assert.True(
                servers == 2 || Stopwatch.GetElapsedTime(asked) >= TimeSpan.FromSeconds(1),
                "a cached count was renewed within its second");
            return servers == 3;
        });
    }

    [Theory]
    [InlineData("GET", "/1/count?type=room")]
    [InlineData("GET", "/1/router/allroomcount")]
    [InlineData("GET", "/1/router/allservercount")]
    [InlineData("POST", "/1/push/room?rid=1&dry=1")]
    [InlineData("POST", "/1/push/all?dry=1")]
    public async Task Counts_that_are_asked_for_together_are_one_call_of_each_node(string method, string url)
    {
        await host.Http.DeleteAsync("/monitor/stat");

        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => method == "GET" ? host.GetAsync(url) : host.PostAsync(url, "m")));
        var seconds = (int)Stopwatch.GetElapsedTime(start).TotalSeconds;

        var nodes = (await host.StatAsync()).GetProperty("routers").EnumerateArray();
        var calls = nodes.Sum(node => node.GetProperty("calls").GetInt64());
        // Each node once in each second that they take and once more, and once whether it shares a store; without, 50 times.
        Assert.InRange(calls, 2, 2 * (seconds + 3));
    }

    [Fact]
    public async Task A_deleted_server_is_an_event()
    {
        (await host.PostAsync("/1/server/del?server=3", "")).IsOk();

        var record = Assert.Single(host.Events());
        Assert.Equal("""{"event":"server_del","server":3}""", ConnectTests.WithoutTime(record));
        Assert.Null(record.Key);
        Assert.Empty(host.Records());
    }
}
