using Goim.Settings;

namespace Goim.Functions.Tests.Unit.Settings;

public sealed class ListenUrlsTests
{
    [Theory]
    [InlineData("http://localhost:7071")]
    [InlineData("http://127.0.0.1:0")]
    [InlineData("http://[::1]:80/")]
    [InlineData("http://*:80;http://+:81")]
    [InlineData("http://a:1; http://b:2;")]
    public void A_url_that_can_be_listened_on_is_taken(string urls) => ListenUrls.Check(urls, "http");

    [Theory]
    [InlineData("")]
    [InlineData(";")]
    [InlineData("nonsense")]
    [InlineData("localhost:7071")]
    [InlineData("http://a:99999")]
    [InlineData("http://a:80/path")]
    [InlineData("ftp://a:80")]
    [InlineData("https://a:80")]
    [InlineData("http://a:1;b")]
    public void Any_other_is_refused_with_a_sentence(string urls)
    {
        var refused = Assert.Throws<StartException>(() => ListenUrls.Check(urls, "http"));

        Assert.Equal($"urls is '{urls}': expected http://host:port, several separated by semicolons.", refused.Message);
    }
}
