using Goim.Functions.Tests.Hosting;
using Goim.Protocol;

namespace Goim.Functions.Tests.Integration.Facade;

/// <summary>What a comet calls, over two nodes. Placed by Vectors/ketama.json: 2001 on node 2, 2002 on node 1.</summary>
public sealed class RouterFacadeTests : IAsyncLifetime
{
    private TestHost host = null!;

    public async Task InitializeAsync() => host = await TestHost.StartAsync(["1", "2"], []);

    public async Task DisposeAsync() => await host.DisposeAsync();

    [Fact]
    public async Task Put_registers_a_session()
    {
        (await host.PostAsync("/1/router/put", """{"userId":2001,"server":3,"roomId":1}""")).HasData("""{"seq":1,"key":"2001_1"}""");
        (await host.PostAsync("/1/router/put", """{"userId":2001,"server":3}""")).HasData("""{"seq":2,"key":"2001_2"}""");

        (await host.CountNowAsync("allroomcount")).HasData("""{"counter":{"-1":1,"1":1}}""");
        Assert.Equal(2, (await host.Nodes["2"].Client.CountAsync(new NoArg())).Count);
    }

    [Fact]
    public async Task MPut_restores_keys_and_makes_new_ones_in_order()
    {
        var answer = await host.PostAsync(
            "/1/router/mput",
            """{"puts":[{"key":"2001_7","server":3,"roomId":1},{"userId":2002,"server":3},{"key":"2002_9","server":3}]}""");
        Assert.All(
            answer.GetProperty("data").GetProperty("keys").EnumerateArray(),
            key => Assert.Contains(key.GetString(), new[] { "2001_7", "2002_1", "2002_9", "2002_10" }));

        (await host.GetAsync("/1/router/get?uid=2001")).HasData("""{"userId":2001,"sessions":[{"seq":7,"server":3}]}""");
        (await host.CountNowAsync("allservercount")).HasData("""{"counter":{"3":3}}""");
    }

    [Fact]
    public async Task Repeating_an_mput_of_keys_changes_nothing()
    {
        const string Body = """{"puts":[{"key":"2001_7","server":3,"roomId":1},{"key":"2002_2","server":3,"roomId":1}]}""";
        (await host.PostAsync("/1/router/mput", Body)).HasData("""{"keys":["2001_7","2002_2"]}""");
        (await host.PostAsync("/1/router/mput", Body)).HasData("""{"keys":["2001_7","2002_2"]}""");

        (await host.CountNowAsync("allroomcount")).HasData("""{"counter":{"1":2}}""");
    }

    [Fact]
    public async Task A_new_session_never_gets_a_number_that_the_same_mput_restores()
    {
        foreach (var user in Enumerable.Range(1, 50))
        {
            (await host.PostAsync("/1/router/mput", $$"""{"puts":[{"userId":{{user}},"server":4},{"key":"{{user}}_1","server":3}]}"""))
                .HasData($$"""{"keys":["{{user}}_2","{{user}}_1"]}""");
        }
    }

    [Fact]
    public async Task MPut_takes_ten_thousand_and_no_more()
    {
        static string Body(int count)
        {
            var puts = string.Join(',', Enumerable.Range(1, count).Select(user => $$"""{"key":"{{user}}_1","server":3}"""));
            return $$"""{"puts":[{{puts}}]}""";
        }

        (await host.PostAsync("/1/router/mput", Body(10_001))).IsRefused("puts holds 10001 entries or more: expected 10000 at most.");
        var answer = await host.PostAsync("/1/router/mput", Body(10_000));
        Assert.Equal(10_000, answer.GetProperty("data").GetProperty("keys").GetArrayLength());
        (await host.CountNowAsync("allservercount")).HasData("""{"counter":{"3":10000}}""");
    }

    [Fact]
    public async Task MPut_tells_which_entries_a_node_failed_and_does_the_others()
    {
        await host.Nodes["2"].DisposeAsync();

        var answer = await host.PostAsync(
            "/1/router/mput",
            """{"puts":[{"key":"2001_7","server":3},{"key":"2002_7","server":3},{"userId":2001,"server":3}]}""");

        answer.IsRefused("router node 2 did not answer");
        Assert.Equal("""{"keys":[null,"2002_7",null],"failed":[0,2]}""", answer.GetProperty("data").GetRawText());
    }

    [Fact]
    public async Task Del_says_whether_the_session_was_there()
    {
        await host.PostAsync("/1/router/put", """{"userId":2001,"server":3}""");

        (await host.PostAsync("/1/router/del", """{"userId":2001,"seq":1}""")).HasData("""{"has":true}""");
        (await host.PostAsync("/1/router/del", """{"userId":2001,"seq":1}""")).HasData("""{"has":false}""");
    }

    [Fact]
    public async Task DelServer_reaches_every_node()
    {
        await host.PostAsync(
            "/1/router/mput",
            """{"puts":[{"userId":2001,"server":3},{"userId":2002,"server":3},{"userId":2002,"server":5}]}""");

        (await host.PostAsync("/1/router/delserver", """{"server":3}""")).HasData("{}");
        (await host.CountNowAsync("allservercount")).HasData("""{"counter":{"5":1}}""");
    }

    [Fact]
    public async Task MGet_answers_each_user_once_in_the_order_asked()
    {
        await host.PostAsync("/1/router/put", """{"userId":2001,"server":3}""");

        (await host.PostAsync("/1/router/mget", """{"userIds":[2002,2001,2001]}""")).HasData(
            """{"users":[{"userId":2002,"sessions":[]},{"userId":2001,"sessions":[{"seq":1,"server":3}]}]}""");
        (await host.PostAsync("/1/router/mget", """{"userIds":[]}""")).HasData("""{"users":[]}""");
    }

    [Fact]
    public async Task GetAll_pages_to_the_end()
    {
        foreach (var user in new[] { 5L, -7, 42 })
        {
            await host.Nodes["1"].PutAsync(user, 1, 3, 1);
        }

        (await host.GetAsync("/1/router/getall?node=1&limit=2")).HasData(
            """{"users":[{"userId":-7,"sessions":[{"seq":1,"server":3}]},{"userId":5,"sessions":[{"seq":1,"server":3}]}],"next":"5"}""");
        (await host.GetAsync("/1/router/getall?node=1&limit=2&after=5"))
            .HasData("""{"users":[{"userId":42,"sessions":[{"seq":1,"server":3}]}],"next":"42"}""");
        (await host.GetAsync("/1/router/getall?node=1&limit=2&after=42")).HasData("""{"users":[],"next":null}""");
        (await host.GetAsync("/1/router/getall?node=2&after=")).HasData("""{"users":[],"next":null}""");
    }

    [Fact]
    public async Task Ping_tells_each_node()
    {
        (await host.GetAsync("/1/router/ping")).HasData("""{"nodes":[{"node":"1","ok":true},{"node":"2","ok":true}]}""");
        await host.Nodes["2"].DisposeAsync();

        var answer = await host.GetAsync("/1/router/ping");
        answer.IsRefused("router node 2 did not answer");
        Assert.Equal("""{"nodes":[{"node":"1","ok":true},{"node":"2","ok":false}]}""", answer.GetProperty("data").GetRawText());
    }
}
