using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Push;

/// <summary>Compressed bodies, on every route that reads one.</summary>
public sealed class ContentEncodingTests(BadInputHost shared) : IClassFixture<BadInputHost>
{
    private static readonly string[] Routes =
    [
        "/1/push?uid=42", "/1/pushs", "/1/push/all", "/1/push/room?rid=1", "/1/push/batch", "/1/connect", "/1/disconnect", "/1/heartbeat",
        "/1/router/put", "/1/router/mput", "/1/router/del", "/1/router/delserver", "/1/router/mget",
    ];

    private readonly TestHost host = shared.ForOneTest();

    [Fact]
    public async Task A_compressed_body_is_refused_with_415_and_not_pushed()
    {
        foreach (var route in Routes)
        {
            var answer = await host.PostRawAsync(route, Gzip("hello"), "Content-Encoding: gzip", "X-Goim-Errors: http");

            Assert.Equal(415, answer.Status);
            JsonElement.Parse(answer.Body)
                .IsRefused("Content-Encoding is 'gzip': expected identity or none, since bodies are not decompressed.");
        }

        Assert.Empty(host.Records());
    }

    [Theory]
    [InlineData("'GZIP'", "Content-Encoding: GZIP")]
    [InlineData("'br'", "content-encoding: br")]
    [InlineData("'identity, gzip'", "Content-Encoding: identity, gzip")]
    [InlineData("'identity,deflate'", "Content-Encoding: identity", "Content-Encoding: deflate")]
    [InlineData("'identityx'", "Content-Encoding: identityx")]
    [InlineData("'*'", "Content-Encoding: *")]
    public async Task Any_coding_but_identity_is_refused(string quoted, params string[] headers)
    {
        var answer = await host.PostRawAsync("/1/push/all", "m"u8.ToArray(), headers);

        JsonElement.Parse(answer.Body).IsRefused($"Content-Encoding is {quoted}: expected identity or none");
        Assert.Empty(host.Records());
    }

    [Theory]
    [InlineData("Content-Encoding: identity")]
    [InlineData("Content-Encoding: Identity , identity")]
    [InlineData("Content-Encoding: identity", "Content-Encoding: IDENTITY")]
    [InlineData("Content-Encoding:")]
    [InlineData("Content-Encoding: , ,")]
    public async Task Identity_and_none_are_taken(params string[] headers)
    {
        Assert.Equal("""{"ret":1}""", (await host.PostRawAsync("/1/push/all", "m"u8.ToArray(), headers)).Body);
        Assert.Single(host.Records());
    }

    private static byte[] Gzip(string text)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return compressed.ToArray();
    }
}
