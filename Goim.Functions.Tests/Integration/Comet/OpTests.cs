using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Comet;

/// <summary>The operations of a client that has authenticated.</summary>
[Collection(SharedComet.Name)]
public sealed class OpTests(CometFixture fixture)
{
    private readonly TestHost host = fixture.ForOneTest();

    [Fact]
    public async Task A_heartbeat_over_TCP_is_answered_without_its_body()
    {
        using var client = await host.ConnectAsync("tcp", "1101");

        await client.SendAsync(new CometPacket(2, "beat", 9, 4));

        await AssertReplyAsync(client, 3, "", 9, 4);
    }

    [Fact]
    public async Task A_heartbeat_over_WebSocket_is_answered_with_its_body()
    {
        using var client = await host.ConnectAsync("ws", "1102");

        await client.SendAsync(new CometPacket(2, "beat", 9, 4));

        await AssertReplyAsync(client, 3, "beat", 9, 4);
    }

    [Fact]
    public async Task A_heartbeat_is_answered_with_a_negative_seq_and_version()
    {
        using var client = await host.ConnectAsync("tcp", "1103");

        await client.SendAsync(new CometPacket(2, "", int.MinValue, -1));

        await AssertReplyAsync(client, 3, "", int.MinValue, -1);
    }

    [Theory]
    [InlineData("tcp", "1104")]
    [InlineData("ws", "1105")]
    public async Task Op_4_is_answered_with_op_5_and_its_body(string scheme, string user)
    {
        using var client = await host.ConnectAsync(scheme, user);

        await client.SendAsync(new CometPacket(4, "hello", 10, 2));

        await AssertReplyAsync(client, 5, "hello", 10, 2);
    }

    [Theory]
    [InlineData("tcp", "1106")]
    [InlineData("ws", "1107")]
    public async Task Op_254_is_answered_with_op_255_and_the_text_of_goim(string scheme, string user)
    {
        using var client = await host.ConnectAsync(scheme, user);

        await client.SendAsync(new CometPacket(254, "whatever", 11, 2));

        await AssertReplyAsync(client, 255, """{"test":"come on"}""", 11, 2);
    }

    [Theory]
    [InlineData("tcp", 0)]
    [InlineData("tcp", -1)]
    [InlineData("tcp", 3)]
    [InlineData("tcp", 5)]
    [InlineData("tcp", 6)]
    [InlineData("tcp", 8)]
    [InlineData("tcp", 13)]
    [InlineData("tcp", 255)]
    [InlineData("tcp", int.MaxValue)]
    [InlineData("ws", 0)]
    [InlineData("ws", 1)]
    [InlineData("ws", 9)]
    [InlineData("ws", int.MinValue)]
    public async Task An_op_that_is_not_a_clients_closes_the_connection(string scheme, int op)
    {
        using var client = await host.ConnectAsync(scheme, "1108");

        await client.SendAsync(new CometPacket(op, "body"));

        await client.DisconnectedAsync();
    }

    [Theory]
    [InlineData("tcp", "1109")]
    [InlineData("ws", "1110")]
    public async Task A_thousand_heartbeats_in_one_write_are_answered_in_order(string scheme, string user)
    {
        using var client = await host.ConnectAsync(scheme, user);
        var beats = Enumerable.Range(1, 1_000)
            .Select(seq => new CometPacket(2, "", seq).ToBytes())
            .SelectMany(packet => scheme == "ws" ? new CometFrame(2, packet).ToBytes() : packet)
            .ToArray();

        await client.SendBytesAsync(beats);

        for (var seq = 1; seq <= 1_000; seq++)
        {
            await AssertReplyAsync(client, 3, "", seq, 0);
        }
    }

    [Theory]
    [InlineData("tcp", "1111")]
    [InlineData("ws", "1112")]
    public async Task Twenty_thousand_bodies_come_back_each_as_it_was(string scheme, string user)
    {
        using var client = await host.ConnectAsync(scheme, user);
        var sending = Task.Run(async () =>
        {
            for (var seq = 0; seq < 20_000; seq++)
            {
                await client.SendAsync(new CometPacket(4, $"{user} says {seq}".PadRight(seq % 1_000), seq));
            }
        });

        for (var seq = 0; seq < 20_000; seq++)
        {
            await AssertReplyAsync(client, 5, $"{user} says {seq}".PadRight(seq % 1_000), seq, 0);
        }

        await sending;
    }

    private static async Task AssertReplyAsync(CometClient client, int op, string body, int seq, short version)
    {
        var reply = await client.ReceiveAsync();
        Assert.Equal((op, body, seq, version), (reply?.Op ?? -1, reply?.Text, reply?.Seq ?? -1, reply?.Version ?? -1));
    }
}
