using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Push;

/// <summary>The largest bodies with the default settings, and with larger ones.</summary>
public sealed class BodySizeTests(BodySizeTests.OneHost shared) : IClassFixture<BodySizeTests.OneHost>
{
    private const int MaxRequestBytes = 8_388_608, HostLimit = 8_600_000;
    private readonly TestHost host = shared.ForOneTest();

    [Theory]
    [InlineData(1_000_000_000_000_000_000, 419_000)]
    [InlineData(1_000_000, 1_000_000)]
    public async Task As_many_user_ids_fit_into_a_request_as_the_docs_say(long first, int count)
    {
        var body = Pushs(first, count);
        Assert.InRange(body.Length, MaxRequestBytes * 95 / 100, MaxRequestBytes);

        (await host.PostAsync("/1/pushs", body)).IsOk();
    }

    [Fact]
    public async Task A_larger_pushs_is_refused_with_how_many_user_ids_fit()
    {
        var body = Pushs(1_000_000_000_000_000_000, 420_000);
        var answer = await host.PostRawAsync("/1/pushs", body, "X-Goim-Errors: http");

        Assert.Equal(413, answer.Status);
        JsonElement.Parse(answer.Body).IsRefused(
            $"body has {body.Length} bytes: expected 8388608 at most (Push__MaxRequestBytes), "
            + "about 420000 user ids of 19 digits or 1000000 of 7.");
    }

    [Fact]
    public async Task The_functions_refuse_the_largest_body_that_the_host_takes()
    {
        var answer = await host.PostRawAsync("/1/push/all", new byte[HostLimit], "X-Goim-Errors: http");

        Assert.Equal(413, answer.Status);
        JsonElement.Parse(answer.Body).IsRefused("body has 8600000 bytes");
    }

    // Sends no byte of the body: the answer comes without it.
    [Theory]
    [InlineData("/1/push/all")]
    [InlineData("/1/pushs")]
    [InlineData("/1/connect")]
    public async Task A_body_above_the_limit_of_the_host_is_an_empty_413_and_ends_the_connection(string url)
    {
        var answer = await AnnounceAsync(url, HostLimit + 1);

        Assert.StartsWith("HTTP/1.1 413 ", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nContent-Length: 0\r\n", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Both_limits_are_raised_together()
    {
        await using var larger = await TestHost.StartAsync(
            "--Push:MaxRequestBytes=10000000", "--FUNCTIONS_REQUEST_BODY_SIZE_LIMIT=10200000");

        (await larger.PostAsync("/1/pushs", $$"""{"m":1,"u":[]}{{new string(' ', 9_000_000)}}""")).IsOk();
    }

    private static byte[] Pushs(long first, int count)
    {
        var body = new StringBuilder("{\"m\":1,\"u\":[");
        for (var i = 0; i < count; i++)
        {
            body.Append(first + i).Append(i == count - 1 ? ']' : ',');
        }

        return Encoding.UTF8.GetBytes(body.Append('}').ToString());
    }

    // Everything up to the end of the connection, which the host closes.
    private async Task<string> AnnounceAsync(string url, int length)
    {
        var address = host.Http.BaseAddress!;
        using var tcp = new TcpClient();
        using var limit = new CancellationTokenSource(Eventually.Limit);
        await tcp.ConnectAsync(address.Host, address.Port, limit.Token);
        await using var stream = tcp.GetStream();
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes(string.Create(
                CultureInfo.InvariantCulture, $"POST {url} HTTP/1.1\r\nHost: {address.Authority}\r\nContent-Length: {length}\r\n\r\n")),
            limit.Token);
        using var answer = new StreamReader(stream, Encoding.ASCII);
        return await answer.ReadToEndAsync(limit.Token);
    }

    public sealed class OneHost : HostFixture
    {
        private protected override async Task<TestHost?> StartAsync() => await TestHost.StartAsync();
    }
}
