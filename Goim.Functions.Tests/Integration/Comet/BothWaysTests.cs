using System.Globalization;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Comet;

/// <summary>Replies and messages for one client at the same time.</summary>
[Collection(SharedComet.Name)]
public sealed class BothWaysTests(CometFixture fixture)
{
    private const int Echoes = 2_000, Pings = 500, Messages = 100;
    private static readonly string Padding = new('m', 5_000);
    private readonly TestHost host = fixture.ForOneTest();

    [Theory]
    [InlineData("tcp", 1701)]
    [InlineData("ws", 1702)]
    public async Task Replies_and_messages_come_whole_and_in_order(string scheme, long user)
    {
        using var client = await host.ConnectAsync(scheme, $"{user}");
        var pushing = Task.Run(async () =>
        {
            for (var i = 0; i < Messages; i++)
            {
                await host.PushAsync("push/room?rid=1", $"{i} {Padding}");
            }
        });
        var asking = Task.Run(async () =>
        {
            for (var i = 1; i <= Echoes; i++)
            {
                await client.SendAsync(new CometPacket(4, $"echo {i}", i));
                await (i % (Echoes / Pings) == 0 && client is CometWebSocket socket
                    ? socket.SendAsync(new CometFrame(9, new byte[125]))
                    : Task.CompletedTask);
            }
        });

        var (message, echo) = (0, 1);
        while (message < Messages || echo <= Echoes)
        {
            var packet = await client.ReceiveAsync();
            Assert.NotNull(packet);
            if (packet.Seq == 0)
            {
                Assert.Equal($"{message} {Padding}", packet.Text);
                message++;
            }
            else
            {
                Assert.Equal((echo, $"echo {echo.ToString(CultureInfo.InvariantCulture)}"), (packet.Seq, packet.Text));
                echo++;
            }
        }

        await pushing;
        await asking;
    }

    [Theory]
    [InlineData("tcp", 1703)]
    [InlineData("ws", 1704)]
    public async Task A_hundred_tokens_of_one_user_are_answered_in_order_and_make_one_session(string scheme, long user)
    {
        using var client = await host.OpenAsync(scheme);

        for (var seq = 1; seq <= 100; seq++)
        {
            await client.SendAsync(CometPacket.Auth($"{user}", seq));
        }

        for (var seq = 1; seq <= 100; seq++)
        {
            var reply = await client.ReceiveAsync();
            Assert.Equal((8, seq), (reply?.Op ?? -1, reply?.Seq ?? -1));
        }

        await Eventually.UntilAsync(async () => await host.SessionsAsync(user) == 1);
    }
}
