using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Comet;

/// <summary>Comet__MergeWindow: messages that come close together are sent in one write.</summary>
public sealed class MergeTests
{
    // 200 pushes go out far faster than one a second.
    [Fact]
    public async Task A_WebSocket_message_has_several_packets_in_order()
    {
        await using var host = await CometHost.StartAsync("--Comet:MergeWindow=00:00:01", "--Comet:QueueMessages=1000");
        using var client = (CometWebSocket)await host.ConnectAsync("ws", "42");
        var lines = string.Join('\n', Enumerable.Range(0, 200).Select(n => $$"""{"rid":1,"m":{{n}}}"""));

        using var answer = await host.Http.PostAsync("/1/push/batch", new StringContent(lines));

        for (var i = 0; i < 200; i++)
        {
            await client.ExpectAsync($"{i}");
        }

        Assert.InRange(client.Messages, 1 + 1, 150);
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("ws")]
    public async Task Without_a_window_messages_come_in_order_too(string scheme)
    {
        await using var host = await CometHost.StartAsync("--Comet:MergeWindow=00:00:00", "--Comet:QueueMessages=1000");
        using var client = await host.ConnectAsync(scheme, "42");
        var lines = string.Join('\n', Enumerable.Range(0, 200).Select(n => $$"""{"rid":1,"m":{{n}}}"""));

        using var answer = await host.Http.PostAsync("/1/push/batch", new StringContent(lines));

        for (var i = 0; i < 200; i++)
        {
            await client.ExpectAsync($"{i}");
        }
    }
}
