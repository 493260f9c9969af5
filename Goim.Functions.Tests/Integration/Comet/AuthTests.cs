using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Comet;

/// <summary>Op 7: the first packet of a client, and later ones.</summary>
[Collection(SharedComet.Name)]
public sealed class AuthTests(CometFixture fixture)
{
    private readonly TestHost host = fixture.ForOneTest();

    [Theory]
    [InlineData("tcp", 1001)]
    [InlineData("ws", 1002)]
    public async Task A_token_is_answered_with_op_8_and_its_version_and_seq(string scheme, long user)
    {
        using var client = await host.OpenAsync(scheme);

        await client.SendAsync(new CometPacket(7, $"{user}", 77, 3));

        var reply = await client.ReceiveAsync();
        Assert.Equal((8, 3, 77, ""), (reply!.Op, reply.Version, reply.Seq, reply.Text));
        Assert.Equal(1, await host.SessionsAsync(user));
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("ws")]
    public async Task A_refused_token_is_answered_with_the_sentence_of_the_facade(string scheme)
    {
        using var client = await host.OpenAsync(scheme);

        await client.SendAsync(CometPacket.Auth("no-user-4711"));

        var (reason, reconnect) = await client.DisconnectedAsync();
        Assert.False(reconnect);
        Assert.StartsWith("token", reason, StringComparison.Ordinal);
        Assert.EndsWith(".", reason, StringComparison.Ordinal);
        Assert.DoesNotContain("4711", reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("ws")]
    public async Task A_token_that_is_not_UTF_8_is_refused(string scheme)
    {
        using var client = await host.OpenAsync(scheme);

        await client.SendAsync(new CometPacket(7, [0x34, 0x32, 0xFF]));

        Assert.False((await client.DisconnectedAsync()).Reconnect);
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("ws")]
    public async Task An_empty_token_is_refused(string scheme)
    {
        using var client = await host.OpenAsync(scheme);

        await client.SendAsync(CometPacket.Auth(""));

        Assert.False((await client.DisconnectedAsync()).Reconnect);
    }

    [Theory]
    [InlineData("tcp", 1003)]
    [InlineData("ws", 1004)]
    public async Task A_token_of_8192_bytes_is_taken(string scheme, long user)
    {
        using var client = await host.OpenAsync(scheme);

        await client.AuthAsync($"{user}".PadLeft(8_192, '0'));

        Assert.Equal(1, await host.SessionsAsync(user));
    }

    [Theory]
    [InlineData("tcp", 1005)]
    [InlineData("ws", 1006)]
    public async Task A_token_of_8193_bytes_closes_the_connection(string scheme, long user)
    {
        using var client = await host.OpenAsync(scheme);

        await client.SendAsync(CometPacket.Auth($"{user}".PadLeft(8_193, '0')));

        await client.DisconnectedAsync();
        Assert.Equal(0, await host.SessionsAsync(user));
    }

    [Theory]
    [InlineData("tcp", 2)]
    [InlineData("tcp", 4)]
    [InlineData("tcp", 99)]
    [InlineData("tcp", 254)]
    [InlineData("ws", 2)]
    [InlineData("ws", 4)]
    [InlineData("ws", 99)]
    [InlineData("ws", 254)]
    public async Task Another_op_before_the_token_closes_the_connection(string scheme, int op)
    {
        using var client = await host.OpenAsync(scheme);

        await client.SendAsync(new CometPacket(op));

        await client.DisconnectedAsync();
    }

    [Theory]
    [InlineData("tcp", 1007)]
    [InlineData("ws", 1008)]
    public async Task A_second_token_of_the_same_user_is_answered_and_makes_no_second_session(string scheme, long user)
    {
        using var client = await host.ConnectAsync(scheme, $"{user}");

        await client.SendAsync(new CometPacket(7, $"{user}", 5, 2));

        var reply = await client.ReceiveAsync();
        Assert.Equal((8, 2, 5, ""), (reply!.Op, reply.Version, reply.Seq, reply.Text));
        await Eventually.UntilAsync(async () => await host.SessionsAsync(user) == 1);
        await host.PushAsync($"push?uid={user}", "once");
        await client.ExpectAsync("once");
        await client.AnswersHeartbeatAsync();
    }

    [Theory]
    [InlineData("tcp", 1009)]
    [InlineData("ws", 1011)]
    public async Task A_second_token_of_another_user_closes_the_connection_and_leaves_no_session(string scheme, long user)
    {
        using var client = await host.ConnectAsync(scheme, $"{user}");

        await client.SendAsync(CometPacket.Auth($"{user + 1}"));

        await client.DisconnectedAsync();
        await Eventually.UntilAsync(async () => await host.SessionsAsync(user) + await host.SessionsAsync(user + 1) == 0);
    }

    [Theory]
    [InlineData("tcp", 1021)]
    [InlineData("ws", 1022)]
    public async Task A_second_token_that_is_refused_closes_the_connection(string scheme, long user)
    {
        using var client = await host.ConnectAsync(scheme, $"{user}");

        await client.SendAsync(CometPacket.Auth("nobody"));

        Assert.False((await client.DisconnectedAsync()).Reconnect);
    }

    [Theory]
    [InlineData("tcp", 1031)]
    [InlineData("ws", 1032)]
    public async Task Packets_sent_with_the_token_are_answered_after_it(string scheme, long user)
    {
        using var client = await host.OpenAsync(scheme);

        await client.SendAsync(CometPacket.Auth($"{user}"));
        await client.SendAsync(new CometPacket(2, "", 41));
        await client.SendAsync(new CometPacket(2, "", 42));

        Assert.Equal(8, (await client.ReceiveAsync())!.Op);
        Assert.Equal(41, (await client.ReceiveAsync())!.Seq);
        Assert.Equal(42, (await client.ReceiveAsync())!.Seq);
    }
}
