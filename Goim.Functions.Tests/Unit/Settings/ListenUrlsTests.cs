using Goim.Settings;
using Microsoft.Extensions.Configuration;

namespace Goim.Functions.Tests.Unit.Settings;

public sealed class ListenUrlsTests
{
    [Theory]
    [InlineData("")]
    [InlineData("http://localhost:7071")]
    [InlineData("HTTP://localhost")]
    [InlineData("http://127.0.0.1:0")]
    [InlineData("http://[::1]:80/")]
    [InlineData("http://*:80;http://+:81")]
    [InlineData("http://a:1; http://b-1.c2:65535;")]
    public void A_url_that_can_be_listened_on_is_taken(string urls) => ListenUrls.Check(Settings("urls", urls), "http");

    // For several of these Kestrel listens on all addresses, and on port 80 if it finds no port.
    [Theory]
    [InlineData(";")]
    [InlineData("nonsense")]
    [InlineData("localhost:7071")]
    [InlineData("http://127.0.0.1:25335a")]
    [InlineData("http://127.0.0.1:")]
    [InlineData("http://127.0.0.1:-1")]
    [InlineData("http://256.0.0.1:25335")]
    [InlineData("http://127.0.0.1.:80")]
    [InlineData("http://127.1:80")]
    [InlineData("http://[::1:80")]
    [InlineData("http://[127.0.0.1]:80")]
    [InlineData("http://::1:80")]
    [InlineData("http://a b:80")]
    [InlineData("http://user@a:80")]
    [InlineData("http://:80")]
    [InlineData("http://a:99999")]
    [InlineData("http://a:80/path")]
    [InlineData("http://a/path")]
    [InlineData("ftp://a:80")]
    [InlineData("https://a:80")]
    [InlineData("http://a:1;b")]
    public void Any_other_is_refused_with_a_sentence(string urls)
    {
        var refused = Assert.Throws<StartException>(() => ListenUrls.Check(Settings("urls", urls), "http"));

        Assert.Equal($"urls is '{urls}': expected http://host:port, several separated by semicolons.", refused.Message);
    }

    [Fact]
    public void An_endpoint_of_Kestrel_is_checked_too()
    {
        var refused = Assert.Throws<StartException>(
            () => ListenUrls.Check(Settings("Kestrel:Endpoints:grpc:Url", "http://127.0.0.1:80a"), "http", "https"));

        Assert.Equal("Kestrel__Endpoints__grpc__Url is 'http://127.0.0.1:80a': expected http or https://host:port.", refused.Message);
    }

    [Fact]
    public void Hosts_are_those_that_are_named() => Assert.Equal(
        ["goim.test", "[::1]"], ListenUrls.Hosts(Settings("urls", "http://goim.test:80;http://*:81;http://[::1]:82/")));

    private static IConfiguration Settings(string name, string value) =>
        new ConfigurationBuilder().AddInMemoryCollection([new(name, value)]).Build();
}
