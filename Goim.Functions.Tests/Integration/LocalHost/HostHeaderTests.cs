using System.Text.Json;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.LocalHost;

/// <summary>Headers as the genuine Functions host treats them.</summary>
public sealed class HostHeaderTests
{
    [Theory]
    [InlineData("x:99999")]
    [InlineData("..")]
    [InlineData("$a")]
    [InlineData("")]
    [InlineData(null)]
    public async Task A_Host_that_is_none_is_an_empty_500_and_a_line_of_the_log(string? name)
    {
        using var process = LocalHostProcess.Start(
            new Dictionary<string, string> { ["LocalHost__AllowedHosts"] = "*" }, "--urls=http://127.0.0.1:0");
        var url = new Uri(StartAndStopTests.Url().Match(await process.ReadToAsync("Ctrl+C")).Value);
        foreach (var (method, target) in new[] { ("GET", "/monitor/ping"), ("POST", "/1/push/all") })
        {
            var answer = await (name is null
                ? RawHttp.SendWithoutHostAsync(url, method, target, [])
                : RawHttp.SendAsync(url, method, target, [], $"Host: {name}"));

            Assert.Equal((500, ""), (answer.Status, answer.Body));
            var log = await process.ReadToAsync($"status 500: its Host is '{name}', expected the name of a host.");
            Assert.Contains("warn: ", log, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("goim.example:8080")]
    [InlineData("[::1]:80")]
    public async Task Any_other_Host_will_do(string name)
    {
        await using var host = await TestHost.StartAsync("--LocalHost:AllowedHosts=*");

        var answer = await host.PostRawAsync("/1/push/all", "m"u8.ToArray(), $"Host: {name}");

        Assert.Equal("""{"ret":1}""", answer.Body);
    }

    [Fact]
    public async Task A_header_that_comes_twice_is_joined_with_a_comma()
    {
        await using var host = await TestHost.StartAsync();
        var answer = await host.PostRawAsync("/1/push/all", "m"u8.ToArray(), "Idempotency-Key: a", "idempotency-key: b");

        JsonElement.Parse(answer.Body).IsRefused("Idempotency-Key is 'a,b': expected 1 to 128 visible ASCII characters and no comma.");
    }

    [Fact]
    public async Task Allow_has_no_spaces()
    {
        await using var host = await TestHost.StartAsync();
        var answer = await host.PostRawAsync("/monitor/ping", []);

        Assert.Equal((405, "GET,HEAD"), (answer.Status, answer.Headers["Allow"]));
    }
}
