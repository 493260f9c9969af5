using System.Buffers.Binary;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace Goim.Benchmarks.Comet;

/// <summary>A client of a comet: connects, authenticates, and counts what it receives. It allocates nothing for a message.</summary>
/// <param name="server">Where it connects.</param>
/// <param name="packets">What it sends.</param>
/// <param name="poller">Calls it when there is something to receive.</param>
/// <param name="owner">Is told when it is ready, and when its connection is lost.</param>
/// <param name="inbox">Where its messages go.</param>
internal sealed class CometClient(
    ServerAddress server, ClientPackets packets, Poller poller, IClientOwner owner, Inbox inbox) : IDisposable
{
    private readonly PacketScanner scanner = new();
    private readonly ServerFrames frames = new();
    private Socket? socket;
    private TlsConnection? tls;
    private UpgradeResponse? upgrade;
    private bool hasAuthReply;

    public Inbox Inbox => inbox;

    /// <summary>The user of the last <see cref="Start"/>.</summary>
    public long UserId { get; private set; }

    /// <summary>True from the reply to its authentication until the connection is closed.</summary>
    public bool IsReady { get; private set; }

    /// <summary>Timestamp of the last <see cref="Start"/>.</summary>
    public long StartedAt { get; private set; }

    /// <summary>Why the connection was not made or was lost; null if it was not.</summary>
    public string? Failure { get; private set; }

    /// <summary>Connects and authenticates. <see cref="IClientOwner.Ready"/> or <see cref="IClientOwner.Lost"/> follows.</summary>
    public void Start(long userId)
    {
        scanner.Clear();
        frames.Clear();
        (UserId, IsReady, hasAuthReply, Failure, StartedAt) = (userId, false, false, null, Stopwatch.GetTimestamp());
        upgrade = server.IsWebSocket ? new UpgradeResponse() : null;
        if (server.IsTls)
        {
            tls = new TlsConnection(server, userId, owner);
            _ = tls.RunAsync(packets.UpgradeRequest, Read, Lose);
            return;
        }

        socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (server.SourceOf(userId) is { } source)
            {
                socket.Bind(source);
            }

            socket.Connect(server.EndPoint);
            socket.Blocking = false;
            Send(upgrade is null ? packets.Auth(userId) : packets.UpgradeRequest);
            poller.Add(this, (int)socket.Handle);
        }
        catch (Exception failure) when (failure is SocketException or IOException)
        {
            Lose(failure.Message);
        }
    }

    public void SendHeartbeat() => Send(packets.Heartbeat);

    /// <summary>The poller calls it when there is something to receive, or the connection has ended.</summary>
    /// <param name="buffer">Where to receive. Its content is not needed afterwards.</param>
    public void Receive(byte[] buffer)
    {
        if (socket is null)
        {
            return;
        }

        try
        {
            var length = socket.Receive(buffer, SocketFlags.None, out var error);
            if (error == SocketError.WouldBlock)
            {
                return;
            }

            Read(error == SocketError.Success ? buffer.AsSpan(0, length) : throw new IOException($"the connection broke: {error}"));
        }
        catch (IOException failure)
        {
            Lose(failure.Message);
            return;
        }

        BecomeReady();
    }

    /// <summary>Closes the connection. The client can then be started again.</summary>
    public void Close()
    {
        IsReady = false;
        socket?.Dispose();
        tls?.Dispose();
        (socket, tls) = (null, null);
    }

    public void Dispose() => Close();

    private void Read(ReadOnlyMemory<byte> bytes)
    {
        Read(bytes.Span);
        BecomeReady();
    }

    private void BecomeReady()
    {
        if (hasAuthReply && !IsReady)
        {
            IsReady = true;
            owner.Ready(this);
        }
    }

    private void Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            throw new IOException("it closed the connection");
        }

        if (upgrade is not null)
        {
            if (!upgrade.TryRead(ref bytes))
            {
                return;
            }

            upgrade = null;
            Send(packets.Auth(UserId));
        }

        var now = Stopwatch.GetTimestamp();
        if (!server.IsWebSocket)
        {
            ReadPackets(bytes, now);
            return;
        }

        while (frames.TryRead(ref bytes, out var opcode, out var payload))
        {
            if (opcode < ServerFrames.Close)
            {
                ReadPackets(payload, now);
            }
            else if (opcode == ServerFrames.Ping)
            {
                Send(ClientPackets.Frame(ServerFrames.Pong, payload));
            }
            else if (opcode == ServerFrames.Close)
            {
                throw new IOException("it closed the WebSocket");
            }
        }
    }

    private void ReadPackets(ReadOnlySpan<byte> bytes, long now)
    {
        while (scanner.TryRead(ref bytes, out var packet))
        {
            switch (BinaryPrimitives.ReadInt32BigEndian(packet[8..]))
            {
                case ClientPackets.Message:
                    inbox.Add(packet[ClientPackets.HeaderLength..], now);
                    break;
                case ClientPackets.AuthReply:
                    hasAuthReply = true;
                    break;
                case ClientPackets.Disconnected:
                    throw new IOException($"it sent {Encoding.UTF8.GetString(packet[ClientPackets.HeaderLength..])}");
            }
        }
    }

    // A few bytes, which only a lost connection does not take. Receiving then fails too.
    private void Send(byte[] bytes)
    {
        socket?.Send(bytes, SocketFlags.None, out _);
        tls?.Send(bytes);
    }

    private void Lose(string failure)
    {
        Failure = failure;
        Close();
        owner.Lost(this);
    }
}
