using System.Net.Security;
using Goim.Comet.Client;
using Goim.Functions.Tests.Hosting;
using static Goim.Functions.Tests.Hosting.ScriptedComet;

namespace Goim.Functions.Tests.Integration.Comet;

/// <summary>Connections that a server or the client library refuses before the token is accepted.</summary>
public sealed class RefusedConnectTests : IDisposable
{
    private readonly ScriptedComet comet = new();

    [Theory]
    [InlineData("200 OK")]
    [InlineData("302 Found")]
    [InlineData("404 Not Found")]
    [InlineData("429 Too Many Requests")]
    [InlineData("503 Service Unavailable")]
    public async Task A_status_instead_of_a_WebSocket_is_a_reason_to_try_again(string status)
    {
        await using var client = new RunningConnection(comet.WebSocket);
        await comet.RefuseAsync(status);

        await client.EndWaitAsync(1);

        using var connection = await comet.AcceptWebSocketAsync();
        Assert.Contains($"'{status[..3]}'", Assert.Single(client.Reasons), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tls://{0}")]
    [InlineData("wss://{0}/sub")]
    public async Task A_failure_of_TLS_without_a_refused_certificate_is_a_reason_to_try_again(string address)
    {
        await using var client = new RunningConnection(address.Replace("{0}", comet.Endpoint, StringComparison.Ordinal));
        await using (var connection = await comet.AcceptAsync())
        {
            // RFC 8446, section 6: the alert handshake_failure.
            await connection.WriteAsync((byte[])[21, 3, 3, 0, 2, 2, 40]);
            await client.EndWaitAsync(1);
        }

        await using var again = await comet.AcceptAsync();
    }

    [Theory]
    [InlineData("tls://{0}", false)]
    [InlineData("tls://{0}", true)]
    [InlineData("wss://{0}/sub", false)]
    [InlineData("wss://{0}/sub", true)]
    public async Task A_certificate_that_the_programs_check_refuses_ends_the_client(string address, bool throws)
    {
        using var certificates = new TestCertificates();
        var server = address.Replace("{0}", comet.Endpoint, StringComparison.Ordinal);
        var connecting = GoimConnection.ConnectAsync(new GoimConnectionOptions(new Uri(server), "42")
        {
            ServerCertificateCheck = (_, _, _, _) => throws ? throw new TimeZoneNotFoundException() : false,
        });
        await using var connection = new SslStream(await comet.AcceptAsync());
        var authenticating = connection.AuthenticateAsServerAsync(certificates.Server);
        await Task.WhenAny(authenticating);
        _ = authenticating.Exception;

        var refused = await Assert.ThrowsAsync<GoimDisconnectedException>(() => connecting.WaitAsync(Eventually.Limit));

        Assert.Equal($"{server}: The remote certificate is refused by ServerCertificateCheck.", refused.Message);
    }

    [Theory]
    [InlineData("\\ud800", 0)]
    [InlineData("?", 0xff)]
    public async Task A_reason_that_is_no_Unicode_text_does_not_count_but_its_reconnect_does(string reason, byte instead)
    {
        await using var client = new RunningConnection(comet.Tcp);
        await using var connection = await comet.AcceptAsync();
        var packet = Packet(6, $$"""{"reason":"{{reason}}","reconnect":true}""");

        await connection.WriteAsync(Array.ConvertAll(packet, value => value == '?' ? instead : value));

        await client.EndWaitAsync(1);
        Assert.Equal(["Disconnected: the server gave no reason."], client.Reasons);
    }

    // Over TCP a reset may come while the client connects: then there is nothing to read.
    [Fact]
    public async Task A_refusal_that_comes_before_the_token_is_sent_counts_though_the_connection_is_reset()
    {
        var refusal = Packet(6, """{"reason":"go away","reconnect":false}""");
        for (var i = 0; i < 20; i++)
        {
            var connecting = GoimConnection.ConnectAsync(new Uri(comet.WebSocket), "42");
            await using var accepted = await comet.AcceptUpgradeAsync([0x82, (byte)refusal.Length, .. refusal]);
            accepted.Socket.Close(0);

            var refused = await Assert.ThrowsAsync<GoimDisconnectedException>(() => connecting.WaitAsync(Eventually.Limit));

            Assert.Equal("Disconnected: go away.", refused.Message);
        }
    }

    public void Dispose() => comet.Dispose();
}
