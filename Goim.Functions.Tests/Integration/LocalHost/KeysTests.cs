using System.Net;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.LocalHost;

public sealed class KeysTests : IAsyncLifetime
{
    private TestHost host = null!;

    public async Task InitializeAsync() =>
        host = await TestHost.StartAsync("--LocalHost:RequireKeys=true", "--LocalHost:Keys:backend=k1+/=", "--LocalHost:Keys:comet=k2");

    public async Task DisposeAsync() => await host.DisposeAsync();

    [Theory]
    [InlineData("/1/push?uid=1")]
    [InlineData("/1/pushs")]
    [InlineData("/1/push/all")]
    [InlineData("/1/push/room?rid=1")]
    [InlineData("/1/server/del?server=1")]
    [InlineData("/1/connect")]
    [InlineData("/1/disconnect")]
    [InlineData("/1/count?type=room")]
    [InlineData("/monitor/stat")]
    [InlineData("/local/settings")]
    [InlineData("/local/records")]
    [InlineData("/local/comet")]
    public async Task Without_a_key_or_with_a_wrong_one_every_route_is_closed(string url)
    {
        foreach (var key in new[] { null, "", "k", "k11", "K2" })
        {
            var method = url.Contains("local", StringComparison.Ordinal) ? HttpMethod.Get : HttpMethod.Post;
            using var request = new HttpRequestMessage(method, url);
            if (key is not null)
            {
                request.Headers.Add("x-functions-key", key);
            }

            using var response = await host.Http.SendAsync(request);
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            Assert.Empty(await response.Content.ReadAsByteArrayAsync());
        }

        Assert.Empty(host.Records());
        Assert.Empty(host.Events());
    }

    [Fact]
    public async Task A_key_opens_from_the_header_or_the_query()
    {
        (await host.PostAsync("/1/push/all?code=k1%2B/%3D", "m")).IsOk();
        host.Http.DefaultRequestHeaders.Add("x-functions-key", "k2");
        (await host.PostAsync("/1/push/all", "m")).IsOk();

        Assert.Equal(2, host.Records().Count);
    }

    // As the genuine Functions host: names in any case, the first of several values, and the header before the query.
    [Theory]
    [InlineData("", 200, "x-functions-key: k2", "x-functions-key: k")]
    [InlineData("", 401, "x-functions-key: k", "x-functions-key: k2")]
    [InlineData("", 200, "X-FUNCTIONS-KEY: k2")]
    [InlineData("?code=k2&code=k", 200)]
    [InlineData("?code=k&code=k2", 401)]
    [InlineData("?Code=k2", 200)]
    [InlineData("?CODE=k2&code=k", 200)]
    [InlineData("?code=k", 200, "x-functions-key: k2")]
    [InlineData("?code=k2", 401, "x-functions-key: k")]
    public async Task The_first_header_counts_and_then_the_first_code(string query, int status, params string[] headers) =>
        Assert.Equal(status, (await host.PostRawAsync($"/1/push/all{query}", "m"u8.ToArray(), headers)).Status);

    [Fact]
    public Task Ping_is_for_anyone() => host.UntilWellAsync();
}
