using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Comet;

/// <summary>Frames of a WebSocket, right ones in every form.</summary>
[Collection(SharedComet.Name)]
public sealed class WebSocketFrameTests(CometFixture fixture)
{
    private readonly TestHost host = fixture.ForOneTest();

    [Fact]
    public async Task A_text_message_is_a_packet()
    {
        using var client = await ConnectAsync("1301");

        await client.SendAsync(new CometFrame(1, Echo("text", 1)));

        await ExpectEchoAsync(client, "text");
    }

    // As with a token of 112 bytes or more: its length has a byte above 127. goim reads any bytes.
    [Fact]
    public async Task Text_messages_of_any_bytes_and_lengths_are_packets()
    {
        using var client = (CometWebSocket)await host.OpenAsync("ws");
        await client.SendAsync(new CometFrame(1, CometPacket.Auth("1302".PadLeft(200, '0')).ToBytes()));
        Assert.Equal(8, (await client.ReceiveAsync())?.Op);

        for (var length = 0; length <= 1_024; length++)
        {
            var body = Enumerable.Range(0, length).Select(i => (byte)(0xFF - i)).ToArray();
            await client.SendAsync(new CometFrame(1, new CometPacket(4, body, length).ToBytes()));

            Assert.Equal(body, (await client.ReceiveAsync())!.Body);
        }
    }

    [Fact]
    public async Task A_text_message_of_any_bytes_in_fragments_of_one_byte_is_a_packet()
    {
        using var client = await ConnectAsync("1316");
        var packet = new CometPacket(4, [0xFF, 0xC0, 0x81, 0x01], 1).ToBytes();

        for (var i = 0; i < packet.Length; i++)
        {
            var frame = new CometFrame(i == 0 ? 1 : 0, packet[i..(i + 1)], IsFinal: i == packet.Length - 1).ToBytes();
            foreach (var next in frame)
            {
                await client.SendBytesAsync(new[] { next });
            }
        }

        Assert.Equal([0xFF, 0xC0, 0x81, 0x01], (await client.ReceiveAsync())!.Body);
    }

    [Fact]
    public async Task A_message_in_fragments_with_a_ping_between_is_one_packet()
    {
        using var client = await ConnectAsync("1303");
        var packet = Echo("in fragments", 2);

        await client.SendAsync(new CometFrame(2, packet[..3], IsFinal: false));
        await client.SendAsync(new CometFrame(0, packet[3..18], IsFinal: false));
        await client.SendAsync(new CometFrame(9, "ping"u8.ToArray()));
        await client.SendAsync(new CometFrame(0, [], IsFinal: false));
        await client.SendAsync(new CometFrame(0, packet[18..]));

        var pong = await client.ReceiveFrameAsync();
        Assert.Equal((10, "ping"), (pong!.Opcode, System.Text.Encoding.ASCII.GetString(pong.Payload)));
        await ExpectEchoAsync(client, "in fragments");
    }

    [Fact]
    public async Task A_message_in_fragments_of_one_byte_is_one_packet()
    {
        using var client = await ConnectAsync("1304");
        var packet = Echo("one byte each", 3);

        for (var i = 0; i < packet.Length; i++)
        {
            await client.SendAsync(new CometFrame(i == 0 ? 1 : 0, packet[i..(i + 1)], IsFinal: i == packet.Length - 1));
        }

        await ExpectEchoAsync(client, "one byte each");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(9)]
    public async Task A_short_message_may_have_its_length_in_any_form(int lengthBytes)
    {
        using var client = await ConnectAsync("1305");

        await client.SendAsync(new CometFrame(2, Echo("any form", 4)) { LengthBytes = lengthBytes });

        await ExpectEchoAsync(client, "any form");
    }

    // goim takes a frame for whole when its first TCP segment comes, and unmasks the wrong bytes.
    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(7)]
    [InlineData(20)]
    public async Task A_masked_frame_split_over_TCP_segments_is_one_packet(int at)
    {
        using var client = await ConnectAsync("1306");
        var frame = new CometFrame(2, Echo("split over segments", 5)).ToBytes();

        await client.SendBytesAsync(frame.AsMemory(0, at));
        using (var other = await ConnectAsync("1307"))
        {
            await other.AnswersHeartbeatAsync();
        }

        await client.SendBytesAsync(frame.AsMemory(at));

        await ExpectEchoAsync(client, "split over segments");
    }

    [Fact]
    public async Task Frames_in_one_TCP_segment_are_packets_in_order()
    {
        using var client = await ConnectAsync("1308");
        byte[] frames = [.. new CometFrame(2, Echo("one", 1)).ToBytes(), .. new CometFrame(1, Echo("two", 2)).ToBytes()];

        await client.SendBytesAsync(frames);

        await ExpectEchoAsync(client, "one");
        await ExpectEchoAsync(client, "two");
    }

    [Fact]
    public async Task What_follows_a_packet_in_its_message_is_ignored()
    {
        using var client = await ConnectAsync("1309");

        await client.SendAsync(new CometFrame(2, [.. Echo("first", 1), .. Echo("ignored", 2)]));
        await client.SendAsync(new CometFrame(2, [.. Echo("third", 3), 1, 2, 3]));

        await ExpectEchoAsync(client, "first");
        await ExpectEchoAsync(client, "third");
    }

    [Fact]
    public async Task A_packet_is_answered_however_much_follows_it_in_its_message()
    {
        using var client = await ConnectAsync("1314");

        await client.SendAsync(new CometFrame(2, Echo("first", 1), IsFinal: false));
        for (var i = 0; i < 1_000; i++)
        {
            await client.SendAsync(new CometFrame(0, new byte[1_000], IsFinal: false));
        }

        await client.SendAsync(new CometFrame(0, []));

        await ExpectEchoAsync(client, "first");
        await client.AnswersHeartbeatAsync();
    }

    private static byte[] Echo(string body, int seq) => new CometPacket(4, body, seq).ToBytes();

    private static async Task ExpectEchoAsync(CometWebSocket client, string body)
    {
        var reply = await client.ReceiveAsync();
        Assert.Equal((5, body), (reply?.Op ?? -1, reply?.Text));
    }

    private async Task<CometWebSocket> ConnectAsync(string token) => (CometWebSocket)await host.ConnectAsync("ws", token);
}
