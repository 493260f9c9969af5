using System.Net;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Functions;

/// <summary>Requests that go through the genuine worker packages, from the Functions host's message to the worker's answer.</summary>
public sealed class WorkerTests(StandInHost host) : IClassFixture<StandInHost>
{
    [Fact]
    public async Task A_push_is_answered()
    {
        using var content = new StringContent("""{"test":1}""");
        using var response = await host.Http.PostAsync("/1/push/all", content);

        Assert.Equal("""{"ret":1}""", await response.Content.ReadAsStringAsync());
        Assert.Equal("application/json; charset=utf-8", response.Content.Headers.ContentType!.ToString());
    }

    [Fact]
    public async Task A_wrong_method_is_refused_with_the_right_one()
    {
        using var response = await host.Http.GetAsync("/1/push/all");

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal(["POST"], response.Content.Headers.Allow);
    }

    [Fact]
    public async Task A_query_and_a_header_arrive()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/1/push?uid=x") { Content = new StringContent("m") };
        request.Headers.Add("X-Goim-Errors", "http");
        using var response = await host.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("uid is 'x'", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_large_body_arrives_whole()
    {
        var message = new string('m', 300_000);
        using var content = new StringContent($$"""{"uid":1,"m":"{{message}}"}""" + "\n" + """{"uid":"x","m":"last"}""");
        using var response = await host.Http.PostAsync("/1/push/batch?dry=1", content);
        var lines = (await response.Content.ReadAsStringAsync()).Split('\n');

        Assert.Contains("uid is", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_without_a_body_has_none()
    {
        using var response = await host.Http.PostAsync("/1/push/batch", content: null);

        Assert.Equal(
            """{"ret":65535,"error":"body is empty: expected 1 to 10000 lines of JSON."}""", await response.Content.ReadAsStringAsync());
    }
}
