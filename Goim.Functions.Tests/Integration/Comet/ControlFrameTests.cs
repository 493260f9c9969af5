using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Comet;

/// <summary>Pings, pongs and closes of a WebSocket.</summary>
[Collection(SharedComet.Name)]
public sealed class ControlFrameTests(CometFixture fixture)
{
    private readonly TestHost host = fixture.ForOneTest();

    [Theory]
    [InlineData(0)]
    [InlineData(125)]
    public async Task A_ping_is_answered_with_a_pong_and_its_payload(int length)
    {
        using var client = await ConnectAsync("1310");
        var payload = Enumerable.Range(0, length).Select(i => (byte)i).ToArray();

        await client.SendAsync(new CometFrame(9, payload));

        var pong = await client.ReceiveFrameAsync();
        Assert.Equal((10, true), (pong!.Opcode, pong.IsFinal));
        Assert.Equal(payload, pong.Payload);
        await client.AnswersHeartbeatAsync();
    }

    [Fact]
    public async Task A_thousand_pings_are_answered_in_order()
    {
        using var client = await ConnectAsync("1311");

        await client.SendBytesAsync(
            Enumerable.Range(0, 1_000).SelectMany(i => new CometFrame(9, BitConverter.GetBytes(i)).ToBytes()).ToArray());

        for (var i = 0; i < 1_000; i++)
        {
            var pong = await client.ReceiveFrameAsync();
            Assert.Equal((10, i), (pong!.Opcode, BitConverter.ToInt32(pong.Payload)));
        }
    }

    [Fact]
    public async Task A_pong_that_nobody_asked_for_is_ignored()
    {
        using var client = await ConnectAsync("1312");

        await client.SendAsync(new CometFrame(10, "unasked"u8.ToArray()));

        await client.AnswersHeartbeatAsync();
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 0x03, 0xE8 })]
    [InlineData(new byte[] { 0x03, 0xE9, 0x62, 0x79, 0x65 })]
    public async Task A_close_is_answered_with_a_close(byte[] payload)
    {
        using var client = await ConnectAsync("1313");

        await client.SendAsync(new CometFrame(8, payload));

        Assert.Equal(8, (await client.ReceiveFrameAsync())!.Opcode);
        Assert.Null(await client.ReceiveFrameAsync());
        await Eventually.UntilAsync(async () => await host.SessionsAsync(1313) == 0);
    }

    [Fact]
    public async Task Op_6_is_followed_by_a_close()
    {
        using var client = await ConnectAsync("1315");

        await client.SendAsync(new CometPacket(99));

        var message = await client.ReceiveFrameAsync();
        Assert.Equal((2, 6), (message!.Opcode, CometPacket.Read(message.Payload).Op));
        Assert.Equal(8, (await client.ReceiveFrameAsync())!.Opcode);
        Assert.Null(await client.ReceiveFrameAsync());
    }

    private async Task<CometWebSocket> ConnectAsync(string token) => (CometWebSocket)await host.ConnectAsync("ws", token);
}
