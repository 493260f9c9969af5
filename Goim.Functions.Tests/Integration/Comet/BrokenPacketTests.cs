using System.Buffers.Binary;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Comet;

/// <summary>Packets in pieces, and connections that end within one.</summary>
[Collection(SharedComet.Name)]
public sealed class BrokenPacketTests(CometFixture fixture)
{
    private readonly TestHost host = fixture.ForOneTest();

    [Theory]
    [InlineData("tcp", 1211, 3)]
    [InlineData("tcp", 1212, 18)]
    public async Task The_end_within_a_packet_closes_the_connection(string scheme, long user, int bytes)
    {
        using var client = await host.ConnectAsync(scheme, $"{user}");

        await client.SendBytesAsync(new CometPacket(4, "body").ToBytes().AsMemory(0, bytes));
        client.EndSending();

        await client.ClosedAsync();
        await Eventually.UntilAsync(async () => await host.SessionsAsync(user) == 0);
    }

    [Theory]
    [InlineData("tcp", 1213)]
    [InlineData("ws", 1214)]
    public async Task A_half_close_is_a_close(string scheme, long user)
    {
        using var client = await host.ConnectAsync(scheme, $"{user}");

        client.EndSending();

        await client.ClosedAsync();
        await Eventually.UntilAsync(async () => await host.SessionsAsync(user) == 0);
    }

    [Theory]
    [InlineData("tcp", "1215")]
    [InlineData("ws", "1216")]
    public async Task Packets_a_byte_at_a_time_are_read_as_if_they_came_whole(string scheme, string user)
    {
        using var client = await host.OpenAsync(scheme);
        byte[][] packets = [CometPacket.Auth(user).ToBytes(), new CometPacket(4, "byte by byte", 8).ToBytes()];

        foreach (var bytes in packets.SelectMany(packet => scheme == "ws" ? new CometFrame(2, packet).ToBytes() : packet))
        {
            await client.SendBytesAsync(new[] { bytes });
        }

        Assert.Equal(8, (await client.ReceiveAsync())!.Op);
        Assert.Equal("byte by byte", (await client.ReceiveAsync())!.Text);
    }

    [Fact]
    public async Task A_packet_is_answered_before_the_rest_of_the_next_one_comes()
    {
        using var client = await host.ConnectAsync("tcp", "1218");
        var next = new CometPacket(4, "the next one", 2).ToBytes();

        await client.SendBytesAsync((byte[])[.. new CometPacket(2, "", 1).ToBytes(), .. next.AsSpan(0, 20)]);
        Assert.Equal(3, (await client.ReceiveAsync())!.Op);

        await client.SendBytesAsync(next.AsMemory(20));
        Assert.Equal("the next one", (await client.ReceiveAsync())!.Text);
    }

    [Fact]
    public async Task A_heartbeat_is_answered_before_a_token_behind_it_is_checked()
    {
        await using var facade = await FacadeProxy.StartAsync(host);
        using var comet = await CometProcess.StartAsync(host, facade.Url);
        using var client = await CometClient.ConnectAsync(comet.Tcp, "1219");
        facade.Passes = static path => path == "/1/connects" ? Passing.Held : Passing.Passed;

        await client.SendBytesAsync((byte[])[.. new CometPacket(2, "", 1).ToBytes(), .. CometPacket.Auth("1219").ToBytes()]);

        Assert.Equal(3, (await client.ReceiveAsync())!.Op);
        facade.Passes = static _ => Passing.Passed;
    }

    [Fact]
    public async Task Random_bytes_over_TCP_close_the_connection_and_nothing_else()
    {
        using var other = await host.ConnectAsync("tcp", "1217");
        var random = new Random(17);
        for (var i = 0; i < 200; i++)
        {
            using var client = await host.OpenAsync("tcp");
            var bytes = new byte[random.Next(16, 400)];
            random.NextBytes(bytes);
            BinaryPrimitives.WriteInt32BigEndian(bytes, random.Next(16, 1_000));

            await client.SendBytesAsync(bytes);

            client.EndSending();
            await client.ClosedAsync();
        }

        await other.AnswersHeartbeatAsync();
    }
}
