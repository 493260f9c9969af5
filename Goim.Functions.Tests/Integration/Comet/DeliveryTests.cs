using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Comet;

/// <summary>What is pushed reaches its clients.</summary>
[Collection(SharedComet.Name)]
public sealed class DeliveryTests(CometFixture fixture)
{
    private readonly TestHost host = fixture.ForOneTest();

    [Theory]
    [InlineData("tcp", 1601)]
    [InlineData("ws", 1603)]
    public async Task A_push_to_a_user_reaches_all_connections_of_the_user_and_no_other(string scheme, long user)
    {
        using var first = await host.ConnectAsync(scheme, $"{user}");
        using var second = await host.ConnectAsync(scheme, $"{user}");
        using var other = await host.ConnectAsync(scheme, $"{user + 1}");

        await host.PushAsync($"push?uid={user}", "to the user");

        await first.ExpectAsync("to the user");
        await second.ExpectAsync("to the user");
        await host.PushAsync($"push?uid={user + 1}", "to the other");
        await other.ExpectAsync("to the other");
    }

    [Theory]
    [InlineData("tcp", 1611)]
    [InlineData("ws", 1615)]
    public async Task A_push_to_users_reaches_each_of_them_once(string scheme, long user)
    {
        using var first = await host.ConnectAsync(scheme, $"{user}");
        using var second = await host.ConnectAsync(scheme, $"{user + 1}");

        await host.PushAsync("pushs", $$"""{"m":{"n":1},"u":[{{user}},{{user + 1}},{{user + 2}}]}""");

        await first.ExpectAsync("""{"n":1}""");
        await second.ExpectAsync("""{"n":1}""");
        await first.AnswersHeartbeatAsync();
        await second.AnswersHeartbeatAsync();
    }

    [Theory]
    [InlineData("tcp", 1621)]
    [InlineData("ws", 1623)]
    public async Task A_push_to_a_room_reaches_the_clients_in_the_room(string scheme, long user)
    {
        using var first = await host.ConnectAsync(scheme, $"{user}");
        using var second = await host.ConnectAsync(scheme, $"{user + 1}");

        await host.PushAsync("push/room?rid=2", "to an empty room");
        await host.PushAsync("push/room?rid=1", "to room 1");

        await first.ExpectAsync("to room 1");
        await second.ExpectAsync("to room 1");
    }

    [Theory]
    [InlineData("tcp", 1631)]
    [InlineData("ws", 1633)]
    public async Task A_push_to_all_reaches_clients_of_both_kinds(string scheme, long user)
    {
        using var first = await host.ConnectAsync(scheme, $"{user}");
        using var second = await host.ConnectAsync(scheme == "tcp" ? "ws" : "tcp", $"{user + 1}");

        await host.PushAsync("push/all", "to all");

        await first.ExpectAsync("to all");
        await second.ExpectAsync("to all");
    }

    [Theory]
    [InlineData("tcp", 1641)]
    [InlineData("ws", 1642)]
    public async Task A_client_gets_no_message_before_it_has_authenticated(string scheme, long user)
    {
        using var witness = await host.ConnectAsync(scheme, $"{user + 10}");
        using var client = await host.OpenAsync(scheme);

        await host.PushAsync("push/all", "too early");
        await witness.ExpectAsync("too early");

        await client.AuthAsync($"{user}");
        await host.PushAsync($"push?uid={user}", "in time");
        await client.ExpectAsync("in time");
    }

    [Theory]
    [InlineData("tcp", 1651)]
    [InlineData("ws", 1652)]
    public async Task A_message_has_version_0_and_seq_0(string scheme, long user)
    {
        using var client = await host.ConnectAsync(scheme, $"{user}");

        await host.PushAsync($"push?uid={user}", "");

        var packet = await client.ReceiveAsync();
        Assert.Equal((5, 0, 0, ""), (packet!.Op, packet.Version, packet.Seq, packet.Text));
    }

    [Theory]
    [InlineData("tcp", 1661, 125 - 16)]
    [InlineData("tcp", 1662, 500_000)]
    [InlineData("ws", 1663, 125 - 16)]
    [InlineData("ws", 1664, 126 - 16)]
    [InlineData("ws", 1665, 65_535 - 16)]
    [InlineData("ws", 1666, 65_536 - 16)]
    [InlineData("ws", 1667, 500_000)]
    public async Task A_message_of_any_length_arrives_as_it_was_pushed(string scheme, long user, int length)
    {
        using var client = await host.ConnectAsync(scheme, $"{user}");
        var message = new byte[length];
        new Random(length).NextBytes(message);

        Assert.Equal(1, (await host.PostAsync($"/1/push?uid={user}&ack=broker", message)).Ret());

        Assert.Equal(message, (await client.ReceiveAsync())!.Body);
        await client.AnswersHeartbeatAsync();
    }

    [Theory]
    [InlineData("tcp", 1671)]
    [InlineData("ws", 1672)]
    public async Task A_room_gets_its_messages_in_order(string scheme, long user)
    {
        using var client = await host.ConnectAsync(scheme, $"{user}");

        for (var i = 0; i < 300; i += 3)
        {
            var batch = string.Join('\n', Enumerable.Range(i, 3).Select(n => $$"""{"rid":1,"m":{{n}}}"""));
            Assert.DoesNotContain("65535", await BatchAsync(batch), StringComparison.Ordinal);
        }

        for (var i = 0; i < 300; i++)
        {
            await client.ExpectAsync($"{i}");
        }
    }

    private async Task<string> BatchAsync(string lines)
    {
        using var answer = await host.Http.PostAsync("/1/push/batch", new StringContent(lines));
        return await answer.Content.ReadAsStringAsync();
    }
}
