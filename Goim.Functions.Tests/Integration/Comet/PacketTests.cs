using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Comet;

/// <summary>The lengths of a packet, right and wrong.</summary>
[Collection(SharedComet.Name)]
public sealed class PacketTests(CometFixture fixture)
{
    private readonly TestHost host = fixture.ForOneTest();

    [Theory]
    [InlineData("tcp", 15)]
    [InlineData("tcp", 0)]
    [InlineData("tcp", -1)]
    [InlineData("tcp", int.MinValue)]
    [InlineData("ws", 15)]
    [InlineData("ws", 0)]
    [InlineData("ws", -1)]
    [InlineData("ws", int.MinValue)]
    public async Task A_length_below_16_means_no_body(string scheme, int length)
    {
        using var client = await host.ConnectAsync(scheme, "1201");

        await client.SendPacketAsync(new CometPacket(4, "", 5).ToBytes(length));

        var reply = await client.ReceiveAsync();
        Assert.Equal((5, 5, ""), (reply!.Op, reply.Seq, reply.Text));
        await client.AnswersHeartbeatAsync();
    }

    [Theory]
    [InlineData("tcp", 4)]
    [InlineData("tcp", 7)]
    [InlineData("ws", 4)]
    [InlineData("ws", 7)]
    public async Task A_length_of_2_GiB_closes_the_connection(string scheme, int op)
    {
        using var client = await host.ConnectAsync(scheme, "1202");

        await client.SendPacketAsync(new CometPacket(op, "123").ToBytes(int.MaxValue));

        await client.ClosedAsync();
    }

    [Fact]
    public async Task A_length_of_2_GiB_before_the_token_closes_the_connection_with_op_6()
    {
        using var client = await host.OpenAsync("tcp");

        await client.SendPacketAsync(CometPacket.Auth("1203").ToBytes(int.MaxValue));

        await client.DisconnectedAsync();
    }

    [Theory]
    [InlineData("tcp", 0)]
    [InlineData("tcp", 15)]
    [InlineData("tcp", 17)]
    [InlineData("tcp", 65_535)]
    [InlineData("ws", 0)]
    [InlineData("ws", 15)]
    [InlineData("ws", 17)]
    [InlineData("ws", 65_535)]
    public async Task A_header_length_other_than_16_closes_the_connection(string scheme, int headerLength)
    {
        using var client = await host.ConnectAsync(scheme, "1204");

        await client.SendPacketAsync(new CometPacket(2).ToBytes(16, headerLength));

        await client.DisconnectedAsync();
    }

    [Theory]
    [InlineData("tcp", 4)]
    [InlineData("tcp", 2)]
    [InlineData("tcp", 254)]
    [InlineData("ws", 4)]
    [InlineData("ws", 2)]
    [InlineData("ws", 254)]
    public async Task A_body_of_1024_bytes_is_taken(string scheme, int op)
    {
        using var client = await host.ConnectAsync(scheme, "1205");

        await client.SendAsync(new CometPacket(op, new string('x', 1_024)));

        Assert.Equal(op + 1, (await client.ReceiveAsync())!.Op);
        await client.AnswersHeartbeatAsync();
    }

    [Theory]
    [InlineData("tcp", 4)]
    [InlineData("tcp", 2)]
    [InlineData("tcp", 254)]
    [InlineData("ws", 4)]
    [InlineData("ws", 2)]
    [InlineData("ws", 254)]
    public async Task A_body_of_1025_bytes_closes_the_connection(string scheme, int op)
    {
        using var client = await host.ConnectAsync(scheme, "1206");

        await client.SendAsync(new CometPacket(op, new string('x', 1_025)));

        await client.DisconnectedAsync();
    }

    [Fact]
    public async Task Op_6_comes_whole_although_much_is_sent_behind_the_bad_packet()
    {
        using var client = await host.ConnectAsync("tcp", "1207");

        await client.SendAsync(new CometPacket(4, new string('x', 200_000)));

        await client.DisconnectedAsync();
    }

    [Fact]
    public async Task What_follows_a_packet_over_TCP_is_the_next_packet()
    {
        using var client = await host.ConnectAsync("tcp", "1208");
        byte[] both = [.. new CometPacket(4, "first", 1).ToBytes(), .. new CometPacket(4, "second", 2).ToBytes()];

        await client.SendBytesAsync(both);

        Assert.Equal("first", (await client.ReceiveAsync())!.Text);
        Assert.Equal("second", (await client.ReceiveAsync())!.Text);
    }

    [Fact]
    public async Task A_packet_over_TCP_that_is_shorter_than_it_says_takes_its_body_from_what_follows()
    {
        using var client = await host.ConnectAsync("tcp", "1209");

        await client.SendBytesAsync(new CometPacket(4, "shor", 1).ToBytes(length: 16 + 7));
        await client.SendBytesAsync("ter"u8.ToArray());

        Assert.Equal("shorter", (await client.ReceiveAsync())!.Text);
        await client.AnswersHeartbeatAsync();
    }

    [Fact]
    public async Task A_packet_over_TCP_that_is_longer_than_it_says_closes_the_connection()
    {
        using var client = await host.ConnectAsync("tcp", "1210");

        await client.SendBytesAsync(new CometPacket(4, "long, and then another 16 bytes", 1).ToBytes(length: 16 + 4));

        Assert.Equal("long", (await client.ReceiveAsync())!.Text);
        await client.DisconnectedAsync();
    }
}
