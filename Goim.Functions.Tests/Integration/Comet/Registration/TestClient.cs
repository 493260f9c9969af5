using System.Text;
using Goim.Comet.Delivery;
using Goim.Comet.Wire;

namespace Goim.Functions.Tests.Integration.Comet.Registration;

/// <summary>A connection whose client collects what it is sent.</summary>
internal sealed class TestClient
{
    private readonly TestRegistrar comet;
    private readonly Collector collector = new();

    public TestClient(TestRegistrar comet)
    {
        this.comet = comet;
        Connection = new Connection(collector, isWebSocket: false, comet.Lanes.Limits, comet.Counters);
    }

    public Connection Connection { get; }

    public string Key => Connection.Key.ToString();

    /// <summary>The packets that came: op and body.</summary>
    public (int Op, string Body)[] Received => collector.Packets();

    public int[] Ops => [.. Received.Select(packet => packet.Op)];

    public Task<Farewell?> ConnectAsync(string token) => ConnectAsync(Encoding.UTF8.GetBytes(token));

    public Task<Farewell?> ConnectAsync(byte[] token) =>
        comet.Registrar.ConnectAsync(Connection, token, new EncodedPacket(PacketKind.Reply, 0, Op.AuthReply));

    public Task<Farewell?> RenewAsync(string token) => comet.Registrar.RenewAsync(Connection, Encoding.UTF8.GetBytes(token));

    /// <summary>The connection of a registered client ends.</summary>
    public Task LeaveAsync()
    {
        Connection.Abort(DisconnectCause.Client);
        return comet.Registrar.RemoveAsync(Connection);
    }

    private sealed class Collector : Outlet
    {
        private readonly Lock gate = new();
        private readonly List<byte> bytes = [];

        public (int Op, string Body)[] Packets()
        {
            lock (gate)
            {
                var packets = new List<(int Op, string Body)>();
                ReadOnlySpan<byte> left = bytes.ToArray();
                while (!left.IsEmpty)
                {
                    var header = PacketHeader.Read(left);
                    packets.Add((header.Op, Encoding.UTF8.GetString(left[PacketHeader.Size..header.Length])));
                    left = left[header.Length..];
                }

                return [.. packets];
            }
        }

        public override long Acknowledged => 0;

        public override int TrySend(ReadOnlySpan<byte> sent)
        {
            lock (gate)
            {
                bytes.AddRange(sent);
                return sent.Length;
            }
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
}
