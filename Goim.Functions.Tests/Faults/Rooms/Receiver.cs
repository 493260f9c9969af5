using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Faults.Rooms;

/// <summary>A client that says which messages it has got.</summary>
internal sealed class Receiver(CometClient client, string token) : IDisposable
{
    private int seq = 100;

    public CometClient Client => client;

    /// <summary>The token that it has connected with.</summary>
    public string Token => token;

    /// <summary>The messages up to one that all clients get, without it.</summary>
    public async Task<List<string>> UntilAsync(string last)
    {
        var messages = new List<string>();
        while (true)
        {
            var packet = await client.ReceiveAsync();
            Assert.True(packet is { Op: 5 }, $"{token}: before '{last}' came {packet}, {packet?.Text}");
            if (packet!.Text == last)
            {
                return messages;
            }

            messages.Add(packet.Text);
        }
    }

    /// <summary>Asks for another room, and returns the text of the reply. Messages that come before it are left out.</summary>
    public async Task<string> ChangeRoomAsync(string room)
    {
        await client.SendAsync(new CometPacket(12, room, ++seq, 1));
        while (true)
        {
            var packet = await client.ReceiveAsync();
            Assert.True(packet is { Op: 5 or 13 }, $"{token}: instead of op 13 came {packet}, {packet?.Text}");
            if (packet!.Op == 13)
            {
                Assert.Equal((seq, (short)1), (packet.Seq, packet.Version));
                return packet.Text;
            }
        }
    }

    public void Dispose() => client.Dispose();
}
