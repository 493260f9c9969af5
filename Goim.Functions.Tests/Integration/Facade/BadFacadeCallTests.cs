using System.Text.Json;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Facade;

/// <summary>What the routes of the facade refuse, over two nodes without a session.</summary>
public sealed class BadFacadeCallTests(BadFacadeCallTests.OneHost shared) : IClassFixture<BadFacadeCallTests.OneHost>
{
    private readonly TestHost host = shared.ForOneTest();

    [Theory]
    [InlineData("put", "", "body is empty")]
    [InlineData("put", """{"server":3}""", "userId is missing")]
    [InlineData("put", """{"userId":"42","server":3}""", "userId is the string '42': expected a whole number")]
    [InlineData("put", """{"userId":9223372036854775808,"server":3}""", "userId is '9223372036854775808'")]
    [InlineData("put", """{"userId":42}""", "server is missing")]
    [InlineData("put", """{"userId":42,"server":3,"roomId":2147483648}""", "roomId is '2147483648'")]
    [InlineData("mput", "{}", "puts is missing: expected an array")]
    [InlineData("mput", """{"puts":{}}""", "puts is '{}': expected an array")]
    [InlineData("mput", """{"puts":[1]}""", "puts[0] is '1': expected an object")]
    [InlineData("mput", """{"puts":[{"userId":1,"server":3},{"server":3}]}""", "puts[1].userId is missing")]
    [InlineData("mput", """{"puts":[{"key":"42","server":3}]}""", "puts[0].key is '42'")]
    [InlineData("mput", """{"puts":[{"key":"42_0","server":3}]}""", "puts[0].key is '42_0'")]
    [InlineData("mput", """{"puts":[{"key":"42_1","userId":42,"server":3}]}""", "puts[0].userId is '42'")]
    [InlineData("mput", """{"puts":[{"key":"42_1"}]}""", "puts[0].server is missing")]
    [InlineData("mput", """{"puts":[{"key":"\udc00","server":3}]}""", "body is not a JSON object")]
    [InlineData("mput", """{"\ud800":1}""", "body is not a JSON object")]
    [InlineData("del", """{"userId":42}""", "seq is missing")]
    [InlineData("delserver", "{}", "server is missing")]
    [InlineData("mget", """{"userIds":[42,"43"]}""", "userIds[1] is the string '43': expected a whole number")]
    [InlineData("mget", """{"userIds":[1.5]}""", "userIds[0] is '1.5'")]
    [InlineData("mget", """{"userIds":null}""", "userIds is 'null'")]
    public async Task A_bad_body_is_refused_by_field_and_value_and_nothing_is_put(string route, string body, string expected)
    {
        (await host.PostAsync("/1/router/" + route, body)).IsRefused(expected);

        (await host.CountNowAsync("allservercount")).HasData("""{"counter":{}}""");
    }

    [Theory]
    [InlineData("mput")]
    [InlineData("mget")]
    public async Task A_body_for_many_has_at_most_4_MiB(string route)
    {
        (await host.PostAsync("/1/router/" + route, new byte[4_194_305])).IsRefused("body has 4194305 bytes: expected 4194304 at most.");
        (await host.PostAsync("/1/router/" + route, new byte[4_194_304])).IsRefused("body is not a JSON object");
    }

    [Fact]
    public async Task MGet_takes_ten_thousand_and_no_more()
    {
        static string Body(int count) => $$"""{"userIds":[{{string.Join(',', Enumerable.Repeat(long.MinValue, count))}}]}""";

        (await host.PostAsync("/1/router/mget", Body(10_001))).IsRefused("userIds holds 10001 entries or more: expected 10000 at most.");
        Assert.Equal(1, (await host.PostAsync("/1/router/mget", Body(10_000))).Ret());
    }

    [Theory]
    [InlineData("get", "uid is missing")]
    [InlineData("get?uid=x", "uid is 'x'")]
    [InlineData("getall", "node is missing: expected one of 1, 2")]
    [InlineData("getall?node=3", "node is '3': expected one of 1, 2")]
    [InlineData("getall?node=1&after=x", "after is 'x'")]
    [InlineData("getall?node=1&limit=0", "limit is '0'")]
    [InlineData("getall?node=1&limit=10001", "limit is '10001'")]
    public async Task A_bad_query_is_refused(string route, string expected) =>
        (await host.GetAsync("/1/router/" + route)).IsRefused(expected);

    [Fact]
    public async Task Each_route_has_its_method()
    {
        foreach (var (route, method) in new Dictionary<string, HttpMethod>
        {
            ["put"] = HttpMethod.Get,
            ["mput"] = HttpMethod.Get,
            ["del"] = HttpMethod.Delete,
            ["delserver"] = HttpMethod.Get,
            ["mget"] = HttpMethod.Get,
            ["get"] = HttpMethod.Post,
            ["getall"] = HttpMethod.Post,
            ["allroomcount"] = HttpMethod.Post,
            ["allservercount"] = HttpMethod.Post,
            ["ping"] = HttpMethod.Post,
        })
        {
            using var response = await host.Http.SendAsync(new HttpRequestMessage(method, "/1/router/" + route));

            Assert.Equal(System.Net.HttpStatusCode.MethodNotAllowed, response.StatusCode);
            JsonElement.Parse(await response.Content.ReadAsStringAsync()).IsRefused("method is");
        }
    }

    public sealed class OneHost : HostFixture
    {
        private protected override async Task<TestHost?> StartAsync() => await TestHost.StartAsync(["1", "2"], []);
    }
}
