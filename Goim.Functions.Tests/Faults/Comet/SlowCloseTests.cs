using System.Net;
using System.Net.Sockets;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Faults.Comet;

/// <summary>A client that reads slowly, but all the time, when the comet closes it.</summary>
[Collection(FaultRuns.Name)]
[Trait("Category", "Faults")]
public sealed class SlowCloseTests
{
    // Less than Comet__QueueBytes.
    private const int Messages = 6, MessageBytes = 150_000, Header = 16;

    [Fact]
    public async Task It_gets_what_was_sent_before_and_then_op_6()
    {
        await using var host = await CometHost.StartAsync();
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 8_192 };
        await client.ConnectAsync(IPAddress.Loopback, host.Comet("tcp").Port);
        await client.SendAsync(CometPacket.Auth("42").ToBytes());
        await Eventually.UntilAsync(async () => await host.SessionsAsync(42) == 1);
        using var quick = await host.ConnectAsync("tcp", "42");
        for (var i = 0; i < Messages; i++)
        {
            await host.PushAsync("push?uid=42", new string('m', MessageBytes));
            Assert.Equal(MessageBytes, (await quick.ReceiveAsync())!.Text.Length);
        }

        await client.SendAsync(new CometPacket(99, "").ToBytes());
        var bytes = await ReadSlowlyAsync(client);

        // Op 8, the messages, and op 6 with its reason.
        var last = bytes.AsSpan(Header + (Messages * (Header + MessageBytes)));
        Assert.Equal(6, last[11]);
        Assert.EndsWith("\"reconnect\":false}", System.Text.Encoding.UTF8.GetString(last), StringComparison.Ordinal);
    }

    // 150,000 bytes a second at most, for longer than the comet waits for a client to close its side.
    private static async Task<byte[]> ReadSlowlyAsync(Socket client)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        using var all = new MemoryStream();
        var part = new byte[15_000];
        while (await timer.WaitForNextTickAsync() && await client.ReceiveAsync(part) is > 0 and var read)
        {
            all.Write(part, 0, read);
        }

        return all.ToArray();
    }
}
