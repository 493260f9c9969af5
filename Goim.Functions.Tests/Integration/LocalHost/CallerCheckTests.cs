using System.Text.Json;
using Goim.Functions.Tests.Hosting;
using Goim.LocalHost.Access;
using Goim.LocalHost.Settings;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Goim.Functions.Tests.Integration.LocalHost;

/// <summary>Requests that a web page makes LocalHost's developer's browser send.</summary>
public sealed class CallerCheckTests(CallerCheckTests.OneHost shared) : IClassFixture<CallerCheckTests.OneHost>
{
    private const string Navigation = "Sec-Fetch-Site: cross-site|Sec-Fetch-Mode: navigate|Sec-Fetch-Dest: document";
    private readonly TestHost host = shared.ForOneTest();

    // DNS rebinding: the page's own name is resolved to 127.0.0.1.
    [Theory]
    [InlineData("POST", "/1/push/all", "evil.example")]
    [InlineData("POST", "/1/push/all", "evil.example:7071")]
    [InlineData("POST", "/1/push/all", "localhost.evil.example")]
    [InlineData("POST", "/1/push/all", "0.0.0.0")]
    [InlineData("POST", "/1/push/all", "")]
    [InlineData("GET", "/local/records", "evil.example")]
    [InlineData("GET", "/", "evil.example")]
    [InlineData("GET", "/nope", "evil.example")]
    public async Task A_Host_of_another_name_is_421_with_a_sentence(string method, string url, string name)
    {
        var answer = await SendAsync(method, url, $"Host: {name}");

        Assert.Equal(421, answer.Status);
        JsonElement.Parse(answer.Body).IsRefused(
            $"Host is '{name}': expected localhost, a loopback address, a host of --urls, or one of LocalHost__AllowedHosts.");
        Assert.Empty(host.Records());
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("LOCALHOST:12345")]
    [InlineData("goim.localhost:80")]
    [InlineData("127.0.0.1")]
    [InlineData("127.1.2.3:80")]
    [InlineData("[::1]:7071")]
    [InlineData("goim.example:8080")]
    [InlineData("192.0.2.7:7071")]
    public async Task Loopback_with_any_port_and_the_allowed_hosts_are_answered(string name) =>
        Assert.Equal("""{"ret":1}""", (await SendAsync("POST", "/1/push/all", $"Host: {name}")).Body);

    [Fact]
    public void The_hosts_of_urls_and_the_addresses_that_are_listened_on_are_allowed()
    {
        var urls = new ConfigurationBuilder().AddInMemoryCollection([new("urls", "http://goim.test:80;http://192.0.2.1:80;http://*:81")]);
        var allowed = new AllowedHosts(new LocalHostOptions(), urls.Build(), host.App.Services.GetRequiredService<IServer>());

        Assert.All(["goim.test", "GOIM.test", "192.0.2.1", "127.0.0.1"], name => Assert.True(allowed.Contains(name), name));
        Assert.All(["*", "goim.test.example", "192.0.2.2", "0.0.0.0", ""], name => Assert.False(allowed.Contains(name), name));
    }

    [Theory]
    [InlineData("POST", "/1/push/all", "Origin: https://evil.example")]
    [InlineData("POST", "/1/push/all", "Origin: null")]
    [InlineData("POST", "/1/push/all", "Origin: http://127.0.0.2")]
    [InlineData("POST", "/1/push/all", "Origin: http://localhost:7071")]
    [InlineData("POST", "/1/push/all", "Origin: https://console.example")]
    [InlineData("POST", "/1/push/all", "Sec-Fetch-Site: cross-site")]
    [InlineData("POST", "/1/push/all", "Origin: https://evil.example|Sec-Fetch-Site: same-origin")]
    [InlineData("POST", "/1/server/del?server=3", "Origin: https://evil.example")]
    [InlineData("OPTIONS", "/1/push/all", "Origin: https://evil.example|Access-Control-Request-Method: POST")]
    [InlineData("GET", "/local/records", "Sec-Fetch-Site: cross-site|Sec-Fetch-Mode: no-cors|Sec-Fetch-Dest: script")]
    [InlineData("GET", "/local/records", Navigation)]
    [InlineData("GET", "/monitor/ping", "Sec-Fetch-Site: cross-site")]
    [InlineData("GET", "/nope", "Sec-Fetch-Site: cross-site")]
    [InlineData("GET", "/", "Sec-Fetch-Site: cross-site|Sec-Fetch-Mode: navigate|Sec-Fetch-Dest: iframe")]
    [InlineData("GET", "/", "Sec-Fetch-Site: cross-site|Sec-Fetch-Mode: no-cors|Sec-Fetch-Dest: image")]
    [InlineData("POST", "/", Navigation)]
    [InlineData("GET", "/docs/other", Navigation)]
    public async Task A_page_of_another_host_is_403_on_every_route(string method, string url, string headers)
    {
        var answer = await SendAsync(method, url, headers.Split('|'));

        Assert.Equal(403, answer.Status);
        JsonElement.Parse(answer.Body).IsRefused("LocalHost__AllowedOrigins");
        Assert.Empty(host.Records());
        Assert.Empty(host.Events());
    }

    [Theory]
    [InlineData("POST", "/1/push/all", 200)]
    [InlineData("POST", "/1/push/all", 200, "Origin: http://127.0.0.1:3000", "Sec-Fetch-Site: same-site")]
    [InlineData("POST", "/1/push/all", 200, "Origin: http://127.0.0.1", "Sec-Fetch-Site: same-origin")]
    [InlineData("POST", "/1/push/all", 200, "Origin: https://console.example:8443", "Sec-Fetch-Site: cross-site")]
    [InlineData("GET", "/local/settings", 200, "Sec-Fetch-Site: none", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document")]
    [InlineData("GET", "/", 200, "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document")]
    [InlineData("GET", "/docs/", 200, "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document")]
    public async Task Others_pass(string method, string url, int status, params string[] headers) =>
        Assert.Equal(status, (await SendAsync(method, url, headers)).Status);

    [Fact]
    public async Task A_page_of_an_allowed_origin_may_ask_first_and_read_the_answer()
    {
        const string Origin = "Origin: https://console.example:8443";

        var asked = await SendAsync("OPTIONS", "/1/pushs", Origin, "Access-Control-Request-Method: POST");
        var answer = await SendAsync("POST", "/1/push/all", Origin);

        Assert.Equal((204, "POST"), (asked.Status, asked.Headers["Access-Control-Allow-Methods"]));
        Assert.Equal(
            ("""{"ret":1}""", "https://console.example:8443"), (answer.Body, answer.Headers["Access-Control-Allow-Origin"]));
    }

    private Task<RawAnswer> SendAsync(string method, string url, params string[] headers) =>
        RawHttp.SendAsync(host.Http.BaseAddress!, method, url, method == "POST" ? "m"u8.ToArray() : [], headers);

    public sealed class OneHost : HostFixture
    {
        private protected override async Task<TestHost?> StartAsync() => await TestHost.StartAsync(
            "--LocalHost:AllowedHosts=goim.example, 192.0.2.7", "--LocalHost:AllowedOrigins=https://console.example:8443");
    }
}
