using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using Goim.Comet.Wire;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Comet;

/// <summary>A comet as its program makes it, over the facade of a LocalHost.</summary>
public sealed class CometProgramTests
{
    [Fact]
    public async Task A_message_reaches_a_client_over_WebSocket()
    {
        await using var host = await TestHost.StartAsync();
        await using var comet = await CometProgram.StartAsync(host.Http.BaseAddress!, TestHost.Brokers, host.Topic);
        await comet.UntilPingAsync("ok");
        using var client = new ClientWebSocket();
        await client.ConnectAsync(new Uri($"ws://{comet.Http.BaseAddress!.Authority}/sub"), CancellationToken.None);
        await client.SendAsync(Auth("42"), WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
        Assert.Equal(Op.AuthReply, (await ReceiveAsync(client)).Op);

        (await host.PostAsync("/1/push?uid=42", "hello")).IsOk();

        Assert.Equal((Op.Message, "hello"), await ReceiveAsync(client));
    }

    [Fact]
    public async Task A_message_reaches_a_client_over_TCP_with_TLS()
    {
        using var certificates = new TestCertificates();
        await using var host = await TestHost.StartAsync();
        await using var comet = await CometProgram.StartAsync(
            host.Http.BaseAddress!,
            TestHost.Brokers,
            host.Topic,
            "--Kestrel:Endpoints:Http:Url=http://127.0.0.1:0",
            "--Kestrel:Endpoints:Tcp:Url=https://127.0.0.1:0",
            $"--Kestrel:Certificates:Default:Path={certificates.ServerFile}",
            $"--Kestrel:Certificates:Default:KeyPath={certificates.KeyFile}");
        await comet.UntilPingAsync("ok");
        using var socket = new TcpClient("127.0.0.1", comet.TlsPort);
        await using var client = new SslStream(
            socket.GetStream(), false, (_, shown, _, _) => shown!.GetCertHashString() == certificates.Server.GetCertHashString());
        await client.AuthenticateAsClientAsync("localhost");
        await client.WriteAsync(Auth("42"));
        Assert.Equal(Op.AuthReply, (await ReceiveAsync(client)).Op);

        (await host.PostAsync("/1/push?uid=42", "hello")).IsOk();

        Assert.Equal((Op.Message, "hello"), await ReceiveAsync(client));
    }

    private static byte[] Auth(string token)
    {
        var packet = new EncodedPacket(PacketKind.Reply, token.Length, Op.Auth, version: 1, seq: 1);
        System.Text.Encoding.ASCII.GetBytes(token, packet.Body);
        return packet.Packet.ToArray();
    }

    private static async Task<(int Op, string Body)> ReceiveAsync(ClientWebSocket client)
    {
        var buffer = new byte[1024];
        var received = await client.ReceiveAsync(buffer.AsMemory(), CancellationToken.None).AsTask().WaitAsync(Eventually.Limit);
        Assert.True(received.EndOfMessage);
        return Read(buffer.AsSpan(0, received.Count));
    }

    private static async Task<(int Op, string Body)> ReceiveAsync(Stream client)
    {
        var header = new byte[PacketHeader.Size];
        await client.ReadExactlyAsync(header).AsTask().WaitAsync(Eventually.Limit);
        var body = new byte[PacketHeader.Read(header).BodyLength];
        await client.ReadExactlyAsync(body).AsTask().WaitAsync(Eventually.Limit);
        return Read([.. header, .. body]);
    }

    private static (int Op, string Body) Read(ReadOnlySpan<byte> packet) =>
        (PacketHeader.Read(packet).Op, System.Text.Encoding.UTF8.GetString(packet[PacketHeader.Size..]));
}
