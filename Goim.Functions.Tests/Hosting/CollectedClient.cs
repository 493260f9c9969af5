using System.Text;
using Goim.Comet.Counters;
using Goim.Comet.Delivery;
using Goim.Comet.Wire;
using Goim.Protocol;

namespace Goim.Functions.Tests.Hosting;

/// <summary>A connection over TCP without a socket: collects what is sent to it.</summary>
internal sealed class CollectedClient : Outlet
{
    private readonly List<byte> bytes = [];

    public CollectedClient(Lanes lanes, CometCounters counters)
    {
        counters.Opened();
        Connection = new Connection(this, isWebSocket: false, lanes.Limits, counters);
    }

    public Connection Connection { get; }

    /// <summary>The bodies of the messages that were sent so far.</summary>
    public IReadOnlyList<string> Messages
    {
        get
        {
            var messages = new List<string>();
            ReadOnlySpan<byte> rest;
            lock (bytes)
            {
                rest = bytes.ToArray();
            }

            while (!rest.IsEmpty)
            {
                var packet = PacketHeader.Read(rest);
                if (packet.Op == Op.Message)
                {
                    messages.Add(Encoding.UTF8.GetString(rest[PacketHeader.Size..packet.Length]));
                }

                rest = rest[packet.Length..];
            }

            return messages;
        }
    }

    /// <summary>Registers a connection under a key.</summary>
    public static async Task<CollectedClient> AddAsync(Lanes lanes, CometCounters counters, SubKey key, int room)
    {
        var client = new CollectedClient(lanes, counters);
        var reply = new EncodedPacket(PacketKind.Reply, 0, Op.AuthReply);
        Assert.Equal(Added.Yes, await lanes.AddAsync(client.Connection, key, room, lanes.Tickets.Begin(), reply));
        return client;
    }

    public override long Acknowledged => 0;

    public override int TrySend(ReadOnlySpan<byte> sent)
    {
        lock (bytes)
        {
            bytes.AddRange(sent);
        }

        return sent.Length;
    }

    public override ValueTask SendAsync(ReadOnlyMemory<byte> sent)
    {
        TrySend(sent.Span);
        return ValueTask.CompletedTask;
    }

    public override void EndSending()
    {
    }

    public override void EndReading()
    {
    }

    public override void Abort()
    {
    }
}
