using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Goim.Functions.Tests.Hosting;
using static Goim.Functions.Tests.Hosting.ScriptedComet;

namespace Goim.Functions.Tests.Integration.Comet.JavaScript;

/// <summary>When client.js connects again and when it ends, with servers that say what a comet seldom says.</summary>
public sealed class ScriptedServerTests : IDisposable
{
    private const string TryLater = """{"reason":"try later","reconnect":true}""";
    private readonly ScriptedComet comet = new();
    private readonly List<WebSocket> connections = [];

    // An accept that is followed by a disconnect at once does not start the waits anew.
    [JavaScriptFact]
    public async Task Each_wait_is_twice_as_long_as_the_one_before()
    {
        await using var client = Start("42");
        byte[] accepted = Packet(8, version: 1, seq: 1), refused = Packet(6, TryLater);

        await SendAsync(refused);
        await SendAsync([.. accepted, .. refused]);
        await client.UntilAsync("state", "reconnecting", 2);

        var records = await client.RecordsAsync();
        double[] waits = [.. records.Where(IsWait).Select(static record => record.GetProperty("retryInMs").GetDouble())];
        Assert.InRange(waits[0], 500, 1_000);
        Assert.InRange(waits[1], 1_000, 2_000);
        Assert.Equal("try later", await client.ReasonAsync("reconnecting", 2));
        Assert.Equal(["reconnecting", "connecting", "connected", "reconnecting"], await client.AllAsync("state"));
        Assert.Equal(["1", "2"], await client.AllAsync("token"));
    }

    [JavaScriptTheory]
    [InlineData("{\"reason\":\"no\\u001b such user\",\"reconnect\":false}", "no  such user")]
    [InlineData("{\"reason\":\"no such user\"}", "no such user")]
    [InlineData("not JSON", "no reason was given")]
    [InlineData("null", "no reason was given")]
    public async Task A_disconnect_ends_the_client_unless_it_says_otherwise(string body, string reason)
    {
        await using var client = Start("42");

        await SendAsync(Packet(6, body));

        Assert.Equal(reason, await client.ReasonAsync("closed"));
        connections[0].Dispose();
        Assert.Equal(0, await client.EndAsync());
    }

    [JavaScriptTheory]
    [InlineData("\0\0\0\u000f\0\u0010\0\0\0\0\0\u0005\0\0\0\0", 15, 16)]
    [InlineData("\0\0\0\u0010\0\u0011\0\0\0\0\0\u0005\0\0\0\0", 16, 16)]
    [InlineData("\0\0\0\u0011\0\u0010\0\0\0\0\0\u0005\0\0\0\0", 17, 16)]
    [InlineData("\0\0\0\u0010\0\u0010\0\0\0\0\0\u0003\0\0\0\0more", 4, 4)]
    [InlineData("hello", 5, 5)]
    public async Task A_server_of_another_protocol_ends_the_client(string answer, int length, int left)
    {
        await using var client = Start("42");

        await SendAsync(Encoding.ASCII.GetBytes(answer));

        var expected = string.Create(
            CultureInfo.InvariantCulture, $" sent a packet of {length} bytes in a message of {left}: expected a comet's");
        Assert.EndsWith(expected, await client.ReasonAsync("closed"), StringComparison.Ordinal);
    }

    [JavaScriptFact]
    public async Task Text_ends_the_client()
    {
        await using var client = Start("42");
        using var connection = await comet.AcceptWebSocketAsync();

        await connection.SendAsync(Packet(8), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);

        Assert.EndsWith("expected a comet's", await client.ReasonAsync("closed"), StringComparison.Ordinal);
    }

    [JavaScriptFact]
    public async Task A_server_that_refuses_the_WebSocket_is_asked_again()
    {
        await using var client = Start("42");

        await comet.RefuseAsync("403 Forbidden");

        Assert.Equal($"{comet.WebSocket}: no connection was made", await client.ReasonAsync("reconnecting"));
        using var second = await comet.AcceptWebSocketAsync();
    }

    [JavaScriptFact]
    public async Task A_token_function_that_fails_is_called_again()
    {
        await using var client = Start("throw", "42");

        using var connection = await comet.AcceptWebSocketAsync();

        Assert.Equal("the token function failed: no token today", await client.ReasonAsync("reconnecting"));
        var packet = new byte[18];
        await connection.ReceiveAsync(packet, CancellationToken.None);
        Assert.Equal((7, "42"), (CometPacket.Read(packet).Op, CometPacket.Read(packet).Text));
    }

    [JavaScriptTheory]
    [InlineData("\"\"", 0)]
    [InlineData("42", 0)]
    [InlineData("{\"expiresInMs\":1000}", 0)]
    [InlineData(null, 8_193)]
    public async Task A_token_that_no_comet_takes_counts_as_a_function_that_fails(string? json, int bytes)
    {
        object token = json is null ? new string('1', 8_193) : JsonElement.Parse(json);
        await using var client = NodeClient.Start(new Uri(comet.WebSocket), [token, "42"]);

        using var connection = await comet.AcceptWebSocketAsync();

        Assert.Equal(
            $"the token function failed: the token has {bytes} bytes: expected a string of 1 to 8192",
            await client.ReasonAsync("reconnecting"));
    }

    public void Dispose()
    {
        connections.ForEach(static connection => connection.Dispose());
        comet.Dispose();
    }

    private static bool IsWait(JsonElement record) =>
        record.TryGetProperty("retryInMs", out var wait) && wait.ValueKind == JsonValueKind.Number;

    private NodeClient Start(params string[] tokens) => NodeClient.Start(new Uri(comet.WebSocket), tokens);

    // One WebSocket message on the next connection.
    private async Task SendAsync(byte[] bytes)
    {
        var connection = await comet.AcceptWebSocketAsync();
        connections.Add(connection);
        await connection.SendAsync(bytes, WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
    }
}
