using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Comet;

/// <summary>The request that opens a WebSocket.</summary>
[Collection(SharedComet.Name)]
public sealed class UpgradeTests(CometFixture fixture)
{
    private readonly TestHost host = fixture.ForOneTest();

    [Fact]
    public async Task A_query_is_ignored()
    {
        using var client = await CometClient.ConnectAsync(new Uri($"{host.Comet("ws")}?x=y&token=no"), "1501");

        await client.AnswersHeartbeatAsync();
    }

    [Theory]
    [InlineData("permessage-deflate")]
    [InlineData("permessage-deflate; client_max_window_bits, x-webkit-deflate-frame")]
    public async Task Compression_is_declined(string extensions)
    {
        var answer = await CometWebSocket.RequestAsync(host.Comet("ws"), $"Sec-WebSocket-Extensions: {extensions}");

        Assert.Equal(101, answer.Status);
        Assert.False(answer.Headers.ContainsKey("Sec-WebSocket-Extensions"));
    }

    [Fact]
    public async Task A_subprotocol_is_not_chosen()
    {
        var answer = await CometWebSocket.RequestAsync(host.Comet("ws"), "Sec-WebSocket-Protocol: chat, goim");

        Assert.Equal(101, answer.Status);
        Assert.False(answer.Headers.ContainsKey("Sec-WebSocket-Protocol"));
    }

    [Fact]
    public async Task A_page_of_the_same_host_may_connect()
    {
        var address = host.Comet("ws");

        Assert.Equal(101, (await CometWebSocket.RequestAsync(address, $"Origin: http://{address.Authority}")).Status);
    }

    [Theory]
    [InlineData("https://elsewhere.example")]
    [InlineData("http://127.0.0.1.elsewhere.example")]
    [InlineData("null")]
    public async Task A_page_of_another_host_is_refused(string origin) =>
        Assert.Equal(403, (await CometWebSocket.RequestAsync(host.Comet("ws"), $"Origin: {origin}")).Status);

    [Fact]
    public async Task A_request_without_an_upgrade_is_refused()
    {
        var answer = await RawHttp.SendAsync(host.Http.BaseAddress!, "GET", "/sub", []);

        Assert.Contains(answer.Status, new[] { 400, 426 });
    }

    [Fact]
    public async Task A_post_is_refused()
    {
        var answer = await RawHttp.SendAsync(host.Http.BaseAddress!, "POST", "/sub", "{}"u8.ToArray());

        Assert.InRange(answer.Status, 400, 499);
    }

    [Theory]
    [InlineData("Sec-WebSocket-Version: 8")]
    [InlineData("Sec-WebSocket-Key: short")]
    public async Task A_wrong_version_or_key_is_refused(string header)
    {
        var answer = await RawHttp.SendAsync(
            host.Http.BaseAddress!, "GET", "/sub", [], "Upgrade: websocket", "Connection: Upgrade", header);

        Assert.InRange(answer.Status, 400, 499);
    }

    [Theory]
    [InlineData("GET /sub HTTP/1.1|Host: {0}|Upgrade: WebSocket|Connection: keep-alive, Upgrade|{1}")]
    [InlineData("GET /sub HTTP/1.1|host: {0}|upgrade: websocket|connection: upgrade|{1}")]
    [InlineData("GET /sub?a=b&c HTTP/1.1|Host:{0}|Upgrade:websocket|Connection:Upgrade|{1}|Cookie: a=b|User-Agent: a browser")]
    [InlineData("GET /sub HTTP/1.1|Host: {0}|Upgrade: websocket|Connection: keep-alive|Connection: Upgrade|{1}")]
    [InlineData("GET http://{0}/sub HTTP/1.1|Host: {0}|Upgrade: websocket|Connection: Upgrade|{1}")]
    public async Task A_handshake_in_any_form_of_RFC_6455_opens_a_WebSocket(string request) =>
        Assert.Equal("HTTP/1.1 101", await StatusAsync(request));

    [Theory]
    [InlineData("GET /sub HTTP/1.1|Upgrade: websocket|Connection: Upgrade|{1}")]
    [InlineData("GET /sub HTTP/1.1|Host: {0}|Host: elsewhere.example|Upgrade: websocket|Connection: Upgrade|{1}")]
    [InlineData("GET /sub HTTP/1.1|Host: {0}|Connection: Upgrade|{1}")]
    [InlineData("GET /sub HTTP/1.1|Host: {0}|Upgrade: websocket|Connection: close|{1}")]
    [InlineData("GET /subs HTTP/1.1|Host: {0}|Upgrade: websocket|Connection: Upgrade|{1}")]
    [InlineData("POST /sub HTTP/1.1|Host: {0}|Upgrade: websocket|Connection: Upgrade|Content-Length: 0|{1}")]
    [InlineData("GET /sub HTTP/1.1|Host: {0}|Upgrade: websocket|Connection: Upgrade|{1}|Origin: http://{0}|Origin: http://a.example")]
    public async Task Another_request_opens_none(string request) =>
        Assert.StartsWith("HTTP/1.1 4", await StatusAsync(request), StringComparison.Ordinal);

    // A page whose own name leads to this machine (DNS rebinding): LocalHost takes no requests under foreign names.
    [Fact]
    public async Task A_foreign_Host_is_refused_as_everywhere_in_LocalHost() => Assert.Equal(
        "HTTP/1.1 421",
        await StatusAsync("GET /sub HTTP/1.1|Host: a.example|Origin: http://a.example|Upgrade: websocket|Connection: Upgrade|{1}"));

    [Fact]
    public async Task A_handshake_may_be_the_second_request_of_a_connection()
    {
        using var stream = await CometStream.OpenAsync(host.Comet("ws"));
        await stream.SendAsync(Request("GET /monitor/ping HTTP/1.1|Host: {0}"));
        var first = await HeadAsync(stream);
        var length = int.Parse(first.Split("Content-Length: ")[1].Split("\r\n")[0], System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(await stream.HasAsync(length));
        stream.Take(length);

        await stream.SendAsync(Request("GET /sub HTTP/1.1|Host: {0}|Upgrade: websocket|Connection: Upgrade|{1}"));

        Assert.StartsWith("HTTP/1.1 101", await HeadAsync(stream), StringComparison.Ordinal);
        await stream.SendAsync(new CometFrame(2, CometPacket.Auth("1503").ToBytes()).ToBytes());
        await Eventually.UntilAsync(async () => await host.SessionsAsync(1503) == 1);
    }

    [Fact]
    public async Task A_handshake_and_a_packet_a_byte_at_a_time_are_read()
    {
        using var stream = await CometStream.OpenAsync(host.Comet("ws"));
        byte[] all =
        [
            .. Request("GET /sub HTTP/1.1|Host: {0}|Upgrade: websocket|Connection: Upgrade|{1}"),
            .. new CometFrame(2, CometPacket.Auth("1504").ToBytes()).ToBytes(),
        ];

        foreach (var next in all)
        {
            await stream.SendAsync(new[] { next });
        }

        await Eventually.UntilAsync(async () => await host.SessionsAsync(1504) == 1);
    }

    [Fact]
    public async Task A_packet_in_the_first_segment_behind_the_request_is_read()
    {
        using var stream = await CometStream.OpenAsync(host.Comet("ws"));
        byte[] both =
        [
            .. Request("GET /sub HTTP/1.1|Host: {0}|Upgrade: websocket|Connection: Upgrade|{1}"),
            .. new CometFrame(2, CometPacket.Auth("1502").ToBytes()).ToBytes(),
        ];

        await stream.SendAsync(both);

        Assert.StartsWith("HTTP/1.1 101", await HeadAsync(stream), StringComparison.Ordinal);
        await Eventually.UntilAsync(async () => await host.SessionsAsync(1502) == 1);
    }

    private static async Task<string> HeadAsync(CometStream stream)
    {
        var head = "";
        while (!head.EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            Assert.True(await stream.HasAsync(1), $"the connection has ended after '{head}'");
            head += (char)stream.Take(1)[0];
        }

        return head;
    }

    private async Task<string> StatusAsync(string request)
    {
        using var stream = await CometStream.OpenAsync(host.Comet("ws"));
        await stream.SendAsync(Request(request));
        return (await HeadAsync(stream))[..12];
    }

    // Lines are separated by |. {0} is the host's address, {1} the headers of a WebSocket.
    private byte[] Request(string lines)
    {
        const string Headers = "Sec-WebSocket-Version: 13|Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
        var whole = lines
            .Replace("{0}", host.Http.BaseAddress!.Authority, StringComparison.Ordinal)
            .Replace("{1}", Headers, StringComparison.Ordinal);
        return System.Text.Encoding.ASCII.GetBytes(whole.Replace("|", "\r\n", StringComparison.Ordinal) + "\r\n\r\n");
    }
}
