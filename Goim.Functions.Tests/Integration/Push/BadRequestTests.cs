using System.Net;
using System.Text.Json;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Push;

/// <summary>Requests that are refused for their size, length or method, and the status codes of callers who ask for them.</summary>
public sealed class BadRequestTests(BadInputHost shared) : IClassFixture<BadInputHost>
{
    private readonly TestHost host = shared.ForOneTest();

    [Theory]
    [InlineData("/1/push?uid=42")]
    [InlineData("/1/pushs")]
    [InlineData("/1/push/all")]
    [InlineData("/1/push/room?rid=1")]
    [InlineData("/1/push/key?key=42_1")]
    [InlineData("/1/push/rooms")]
    [InlineData("/1/push/batch")]
    public async Task A_body_above_the_limit_is_refused(string url)
    {
        (await host.PostAsync(url, new byte[150_000])).IsRefused("body has 150000 bytes");
        Assert.Empty(host.Records());
    }

    // The Functions host would hand the function an empty body.
    [Theory]
    [InlineData("/1/push?uid=42")]
    [InlineData("/1/pushs")]
    [InlineData("/1/push/all")]
    [InlineData("/1/push/room?rid=1")]
    [InlineData("/1/push/key?key=42_1")]
    [InlineData("/1/push/rooms")]
    [InlineData("/1/push/batch")]
    [InlineData("/1/connect")]
    public async Task A_body_whose_length_is_not_told_is_refused(string url)
    {
        using var chunked = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent("{}"u8.ToArray()) };
        chunked.Headers.TransferEncodingChunked = true;
        using var response = await host.Http.SendAsync(chunked);

        JsonElement.Parse(await response.Content.ReadAsStringAsync())
            .IsRefused("Transfer-Encoding is 'chunked': expected a Content-Length, since no other body is read.");
        Assert.Empty(host.Records());
    }

    [Theory]
    [InlineData("/1/push?uid=x", 400)]
    [InlineData("/1/push/room?rid=x", 400)]
    [InlineData("/1/push/key?key=x", 400)]
    [InlineData("/1/push/rooms", 400)]
    [InlineData("/1/push/all?ttl=x", 400)]
    [InlineData("/1/pushs", 400)]
    [InlineData("/1/server/del", 400)]
    [InlineData("/1/connect", 400)]
    [InlineData("/1/disconnect", 400)]
    public async Task Bad_input_is_400_for_those_who_ask_for_status_codes(string url, int status)
    {
        var answer = await host.PostRawAsync(url, "?"u8.ToArray(), "X-Goim-Errors: http");

        Assert.Equal(status, answer.Status);
        JsonElement.Parse(answer.Body).IsRefused();
    }

    [Fact]
    public async Task Too_large_is_413_for_those_who_ask_for_status_codes()
    {
        var users = """{"m":1,"u":[1,2,3,4,5,6]}"""u8.ToArray();
        Assert.Equal(413, (await host.PostRawAsync("/1/push/all", new byte[38_000], "X-Goim-Errors: http")).Status);
        Assert.Equal(413, (await host.PostRawAsync("/1/pushs", users, "x-goim-errors: HTTP")).Status);
        var url = $"/1/push/all?except={RecordLines.Keys(101)}";
        Assert.Equal(413, (await host.PostRawAsync(url, [], "X-Goim-Errors: http")).Status);
    }

    [Theory]
    [InlineData("/1/push", "POST")]
    [InlineData("/1/pushs", "POST")]
    [InlineData("/1/push/all", "POST")]
    [InlineData("/1/push/room", "POST")]
    [InlineData("/1/push/key", "POST")]
    [InlineData("/1/push/rooms", "POST")]
    [InlineData("/1/server/del", "POST")]
    [InlineData("/1/connect", "POST")]
    [InlineData("/1/disconnect", "POST")]
    [InlineData("/1/count", "GET")]
    [InlineData("/monitor/ping", "GET,HEAD")]
    [InlineData("/monitor/stat", "GET,DELETE")]
    public async Task Another_method_is_405_with_Allow(string url, string allow)
    {
        string[] methods = ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE", "FOO"];
        foreach (var method in methods.Except(allow.Split(',')))
        {
            using var response = await host.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), url));

            Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
            Assert.Equal(allow, response.Content.Headers.NonValidated["Allow"].ToString());
        }
    }
}
