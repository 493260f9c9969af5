using System.Net;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Comet.JavaScript;

/// <summary>GET /client.js of a comet and of LocalHost.</summary>
[Collection(SharedComet.Name)]
public sealed class ClientModuleTests(CometFixture fixture)
{
    private readonly TestHost host = fixture.ForOneTest();

    [Fact]
    public async Task LocalHost_serves_the_module() => await AssertServedAsync(host.Http);

    [Fact]
    public async Task A_comet_serves_the_module()
    {
        await using var comet = await CometProgram.StartAsync(host.Http.BaseAddress!, TestHost.Brokers, host.Topic);

        await AssertServedAsync(comet.Http);
    }

    [Fact]
    public async Task A_LocalHost_without_a_comet_does_not_serve_the_module()
    {
        await using var without = await TestHost.StartAsync();

        using var answer = await without.Http.GetAsync("/client.js");

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    // As every answer of LocalHost, which is for pages of this machine.
    [Theory]
    [InlineData("http://localhost:8000", HttpStatusCode.Forbidden)]
    [InlineData("http://127.0.0.1:8000", HttpStatusCode.OK)]
    [InlineData("https://other.example", HttpStatusCode.Forbidden)]
    [InlineData("null", HttpStatusCode.Forbidden)]
    public async Task LocalHost_serves_the_module_to_pages_of_its_own_host(string origin, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/client.js") { Headers = { { "Origin", origin } } };

        using var answer = await host.Http.SendAsync(request);

        Assert.Equal(expected, answer.StatusCode);
    }

    private static async Task AssertServedAsync(HttpClient http)
    {
        using var answer = await http.GetAsync("/client.js");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(await File.ReadAllBytesAsync(RecordedClient.PackageFile("client.js")), await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal("text/javascript; charset=utf-8", $"{answer.Content.Headers.ContentType}");
        Assert.Equal("public, max-age=300", $"{answer.Headers.CacheControl}");
        Assert.Equal(["nosniff"], answer.Headers.GetValues("X-Content-Type-Options"));
        Assert.Equal(["*"], answer.Headers.GetValues("Access-Control-Allow-Origin"));
        Assert.Equal(["cross-origin"], answer.Headers.GetValues("Cross-Origin-Resource-Policy"));

        using var same = new HttpRequestMessage(HttpMethod.Get, "/client.js");
        same.Headers.IfNoneMatch.Add(answer.Headers.ETag!);
        using var unchanged = await http.SendAsync(same);
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);

        using var posted = await http.PostAsync("/client.js", new ByteArrayContent([]));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, posted.StatusCode);
    }
}
