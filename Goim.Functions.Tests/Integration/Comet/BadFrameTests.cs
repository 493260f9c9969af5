using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Comet;

/// <summary>Frames of a WebSocket that close the connection.</summary>
[Collection(SharedComet.Name)]
public sealed class BadFrameTests(CometFixture fixture)
{
    private static readonly byte[] Heartbeat = new CometPacket(2).ToBytes();
    private readonly TestHost host = fixture.ForOneTest();

    // goim answers with the bytes of other connections, tokens among them.
    [Theory]
    [InlineData(17)]
    [InlineData(500)]
    [InlineData(1_040)]
    public async Task A_packet_longer_than_its_message_closes_the_connection_and_leaks_nothing(int length)
    {
        using var other = await ConnectAsync("1401");
        await other.SendAsync(new CometPacket(4, new string('s', 1_000)));
        await other.ReceiveAsync();
        using var client = await ConnectAsync("1402");

        await client.SendPacketAsync(new CometPacket(4).ToBytes(length));

        await client.DisconnectedAsync();
        await other.AnswersHeartbeatAsync();
    }

    [Fact]
    public async Task A_token_longer_than_its_message_closes_the_connection_and_makes_no_session()
    {
        using var client = await host.OpenAsync("ws");

        await client.SendPacketAsync(CometPacket.Auth("1403").ToBytes(16 + 5));

        await client.DisconnectedAsync();
        Assert.Equal(0, await host.SessionsAsync(1403));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(15)]
    public async Task A_message_without_a_whole_header_closes_the_connection(int length)
    {
        using var client = await ConnectAsync("1404");

        await client.SendAsync(new CometFrame(2, Heartbeat[..length]));

        await client.ClosedAsync();
    }

    [Fact]
    public async Task A_frame_without_a_mask_closes_the_connection() =>
        await AssertClosesAsync(new CometFrame(2, Heartbeat) { IsMasked = false });

    [Fact]
    public async Task A_ping_without_a_mask_closes_the_connection() =>
        await AssertClosesAsync(new CometFrame(9, []) { IsMasked = false });

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public async Task A_frame_with_a_bit_of_an_extension_closes_the_connection(int reserved) =>
        await AssertClosesAsync(new CometFrame(2, Heartbeat) { Reserved = reserved });

    [Theory]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(11)]
    [InlineData(15)]
    public async Task A_frame_with_an_unknown_opcode_closes_the_connection(int opcode) =>
        await AssertClosesAsync(new CometFrame(opcode, Heartbeat));

    [Fact]
    public async Task A_continuation_of_nothing_closes_the_connection() =>
        await AssertClosesAsync(new CometFrame(0, Heartbeat));

    [Fact]
    public async Task A_message_within_a_message_closes_the_connection() =>
        await AssertClosesAsync(new CometFrame(2, Heartbeat[..4], IsFinal: false), new CometFrame(2, Heartbeat[4..]));

    [Fact]
    public async Task A_ping_in_fragments_closes_the_connection() =>
        await AssertClosesAsync(new CometFrame(9, [1], IsFinal: false));

    [Fact]
    public async Task A_ping_of_126_bytes_closes_the_connection() =>
        await AssertClosesAsync(new CometFrame(9, new byte[126]));

    [Fact]
    public async Task A_frame_of_a_negative_length_closes_the_connection()
    {
        using var client = await ConnectAsync("1406");
        var frame = new CometFrame(2, Heartbeat) { LengthBytes = 9 }.ToBytes();
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(frame.AsSpan(2), -1);

        await client.SendBytesAsync(frame);

        await client.ClosedAsync();
    }

    [Fact]
    public async Task Random_frames_close_the_connection_and_nothing_else()
    {
        using var other = await ConnectAsync("1408");
        var random = new Random(18);
        for (var i = 0; i < 200; i++)
        {
            using var client = (CometWebSocket)await host.OpenAsync("ws");
            var payload = new byte[random.Next(0, 300)];
            random.NextBytes(payload);

            await client.SendAsync(new CometFrame(random.Next(16), payload, random.Next(2) == 0) { Reserved = random.Next(8) });

            client.EndSending();
            await Eventually.UntilAsync(async () => await client.ReceiveFrameAsync() is null);
        }

        await other.AnswersHeartbeatAsync();
    }

    private async Task AssertClosesAsync(params CometFrame[] frames)
    {
        using var client = await ConnectAsync("1405");

        foreach (var frame in frames)
        {
            await client.SendAsync(frame);
        }

        await client.ClosedAsync();
    }

    private async Task<CometWebSocket> ConnectAsync(string token) => (CometWebSocket)await host.ConnectAsync("ws", token);
}
