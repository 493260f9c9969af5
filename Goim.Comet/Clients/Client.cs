using System.Buffers;
using Goim.Comet.Delivery;
using Goim.Comet.Registration;
using Goim.Comet.Wire;

namespace Goim.Comet.Clients;

/// <summary>Answers the packets of one client, and registers its connection. One packet is handled at a time.</summary>
/// <param name="connection">The client's connection.</param>
/// <param name="context">What all clients share.</param>
internal sealed class Client(Connection connection, ClientContext context) : IConnectionOwner
{
    // goim comet/operation.go: the body of the reply to OP_TEST.
    private static readonly byte[] TestReply = """{"test":"come on"}"""u8.ToArray();

    private ITimer? handshake;
    private bool isRegistered, isConnectCounted;
    private bool isRemoved;

    /// <summary>Whether the client is being disconnected. Its packets are of no interest any more.</summary>
    public bool IsClosing => connection.Outbox.IsClosing;

    /// <summary>The client has connected. It is disconnected if there is no place for it, or if its token does not come in time.</summary>
    /// <param name="hasPlace">Whether there is a place for it.</param>
    public void Begin(bool hasPlace)
    {
        connection.Owner = this;
        if (hasPlace)
        {
            context.Handshakes.Add(connection);
            handshake = TimeProvider.System.CreateTimer(
                static state => ((Connection)state!).Close(Farewell.NoToken),
                connection,
                context.HandshakeTimeout,
                Timeout.InfiniteTimeSpan);
        }
        else
        {
            connection.Close(Farewell.Full);
            CountFailedConnect();
        }
    }

    /// <summary>Something has come from the client.</summary>
    /// <param name="bytes">How much.</param>
    public void Received(long bytes) => connection.Received(bytes);

    /// <summary>Answers a packet.</summary>
    /// <param name="header">A valid header.</param>
    /// <param name="body">The body.</param>
    /// <param name="isLast">Whether no other packet has arrived yet.</param>
    public async ValueTask AnswerAsync(PacketHeader header, ReadOnlySequence<byte> body, bool isLast)
    {
        connection.LastReceived = Environment.TickCount64;
        if (header.Op == Op.Auth)
        {
            await AuthenticateAsync(header, body.ToArray());
        }
        else if (!isRegistered)
        {
            Refuse($"the first packet has op {header.Op}: expected 7 with a token");
        }
        else if (await ReplyToAsync(header, body) is { } reply)
        {
            connection.Outbox.Reply(reply, isLast);
            await connection.Outbox.RepliesSentAsync();
        }
        else
        {
            Refuse($"op is {header.Op}: expected 2, 4, 7, 12 or 254");
        }
    }

    /// <summary>Disconnects a client that breaks the protocol.</summary>
    /// <param name="problem">What is wrong, and what was expected.</param>
    public void Refuse(string problem) => connection.Close(Farewell.Invalid(problem));

    /// <summary>The client says that it leaves. A WebSocket gets a close in return.</summary>
    public void Leave() => connection.Leave();

    /// <summary>The connection has ended. It is removed, and its session deleted.</summary>
    /// <param name="cause">Why it has ended, if it was not closed before.</param>
    public async Task EndAsync(DisconnectCause cause)
    {
        EndHandshake();
        connection.End(cause);
        CountFailedConnect();
        await RemoveAsync();
        context.Leave(connection.Cause);
    }

    /// <inheritdoc/>
    public void Closed() => _ = RemoveAsync();

    private void EndHandshake()
    {
        handshake?.Dispose();
        context.Handshakes.Remove(connection);
    }

    private async Task RemoveAsync()
    {
        if (Volatile.Read(ref isRegistered) && !Interlocked.Exchange(ref isRemoved, true))
        {
            await context.Registrar.RemoveAsync(connection);
        }
    }

    private async Task AuthenticateAsync(PacketHeader header, byte[] token)
    {
        EndHandshake();
        var reply = new EncodedPacket(PacketKind.Reply, 0, Op.AuthReply, header.Version, header.Seq);
        Farewell? refused;
        if (isRegistered)
        {
            refused = await context.Registrar.RenewAsync(connection, token);
            if (refused is null)
            {
                connection.Outbox.Reply(reply);
            }
        }
        else
        {
            refused = context.Refusal() ?? await context.Registrar.ConnectAsync(connection, token, reply);
            Interlocked.Exchange(ref isRegistered, refused is null);
            if (IsClosing)
            {
                // What was held for it has closed it, when nobody could have removed it.
                await RemoveAsync();
            }
        }

        if (refused is not null)
        {
            connection.Close(refused);
            CountFailedConnect();
        }
    }

    // A client that was not registered, once. If it had left before, that is the cause.
    private void CountFailedConnect()
    {
        if (!isRegistered && !isConnectCounted)
        {
            isConnectCounted = true;
            context.ConnectFailed(connection.Cause);
        }
    }

    private ValueTask<EncodedPacket?> ReplyToAsync(PacketHeader header, ReadOnlySequence<byte> body) => header.Op == Op.ChangeRoom
        ? ChangeRoomAsync(header, body.ToArray())
        : ValueTask.FromResult(ReplyTo(header, body));

    private async ValueTask<EncodedPacket?> ChangeRoomAsync(PacketHeader header, byte[] room)
    {
        var answer = await context.Rooms.ChangeAsync(connection, room);
        return Reply(header, Op.ChangeRoomReply, new ReadOnlySequence<byte>(RoomReply.Of(answer)));
    }

    private EncodedPacket? ReplyTo(PacketHeader header, ReadOnlySequence<byte> body) => header.Op switch
    {
        // goim comet: over WebSocket the heartbeat's body comes back, over TCP the reply has none.
        Op.Heartbeat => Reply(header, Op.HeartbeatReply, connection.Outbox.IsWebSocket ? body : default),
        Op.Send => Reply(header, Op.Message, body),
        Op.Test => Reply(header, Op.TestReply, new ReadOnlySequence<byte>(TestReply)),
        _ => null,
    };

    private static EncodedPacket Reply(PacketHeader header, int op, ReadOnlySequence<byte> body)
    {
        var reply = new EncodedPacket(PacketKind.Reply, (int)body.Length, op, header.Version, header.Seq);
        body.CopyTo(reply.Body);
        return reply;
    }
}
