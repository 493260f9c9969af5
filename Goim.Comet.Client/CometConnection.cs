using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Authentication;

namespace Goim.Comet.Client;

/// <summary>One connection to a comet, from its token to its end.</summary>
/// <param name="options">The comet.</param>
/// <param name="tokens">Has the tokens.</param>
/// <param name="messages">Gets the messages.</param>
/// <param name="accepted">Is called when the comet has accepted the token.</param>
internal sealed class CometConnection(
    GoimConnectionOptions options, TokenSource tokens, MessageBuffer messages, Func<Task> accepted) : IDisposable
{
    /// <summary>From the attempt to connect to the answer to the token.</summary>
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    private readonly TimeProvider time = options.TimeProvider;
    private readonly SemaphoreSlim sending = new(1);
    private readonly RoomChanges rooms = new(options.TimeProvider);
    private long? acceptedAt;

    /// <summary>A comet answers each heartbeat. After two without an answer the connection counts as broken.</summary>
    private TimeSpan MaxSilence => options.HeartbeatInterval + options.HeartbeatInterval;

    /// <summary>How long the client has been accepted.</summary>
    public TimeSpan Age => acceptedAt is { } start ? time.GetElapsedTime(start) : TimeSpan.Zero;

    /// <returns>Why it has ended.</returns>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public async Task<ConnectionEnd> RunAsync(CancellationToken stop)
    {
        var (token, failure) = await tokens.AskAsync(stop).ConfigureAwait(false);
        if (token is null)
        {
            return failure!;
        }

        var certificate = new CertificateCheck(options.ServerCertificateCheck);
        // Not disposed, since the timer may still fire when it is.
        var silent = new CancellationTokenSource();
        using var silence = time.CreateTimer(_ => silent.Cancel(), null, ConnectTimeout, Timeout.InfiniteTimeSpan);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop, silent.Token);
        try
        {
            using var transport = await Transport.ConnectAsync(options, certificate, ended.Token).ConfigureAwait(false);
            using var closing = ended.Token.Register(transport.Dispose);
            return await ReceiveAsync(transport, token, silence, ended).ConfigureAwait(false);
        }
        catch (InvalidDataException noComet)
        {
            return new ConnectionEnd(noComet.Message, Reconnect: false);
        }
        catch (Exception end) when (IsStopped() && (IsBroken(end) || end is OperationCanceledException))
        {
            stop.ThrowIfCancellationRequested();
            return new ConnectionEnd($"{options.Server.OriginalString} did not answer in time.", Reconnect: true);
        }
        catch (Exception end) when (certificate.Refusal is not null)
        {
            return new ConnectionEnd($"{options.Server.OriginalString}: {certificate.Refusal}", Reconnect: false, end);
        }
        catch (Exception end) when (IsBroken(end))
        {
            return ConnectionEnd.Broken(options.Server, end);
        }

        bool IsStopped() => stop.IsCancellationRequested || silent.IsCancellationRequested;
    }

    /// <summary>Changes to a room, and returns it.</summary>
    /// <exception cref="GoimRoomException">It is not changed, or not connected.</exception>
    public Task<int> ChangeRoomAsync(int roomId, CancellationToken cancellationToken) => rooms.AskAsync(roomId, cancellationToken);

    public void Dispose() => sending.Dispose();

    private async Task<ConnectionEnd> ReceiveAsync(
        Transport transport, GoimToken token, ITimer silence, CancellationTokenSource ended)
    {
        // Reading does not wait for it: the comet may have said why it refuses the client, and closed the connection.
        var authenticating = SendAsync(transport, new Packet(Operation.Auth, token.Utf8), ended.Token);
        var (heartbeats, renewals) = (Task.CompletedTask, Task.CompletedTask);
        var reader = new PacketReader(transport, () => Heard(silence));
        try
        {
            while (await reader.ReadAsync().ConfigureAwait(false) is { } packet)
            {
                if (packet.Operation == Operation.AuthReply && acceptedAt is null)
                {
                    acceptedAt = time.GetTimestamp();
                    heartbeats = SendHeartbeatsAsync(transport, ended.Token);
                    renewals = RenewAsync(transport, token, ended.Token);
                    rooms.Begin(packet => SendAsync(transport, packet, ended.Token));
                    // The program's handlers may take long. Nothing is read meanwhile.
                    Pause(silence);
                    await accepted().ConfigureAwait(false);
                    Heard(silence);
                }
                else if (packet.Operation == Operation.Message)
                {
                    await DeliverAsync(new GoimMessage(packet.Body), silence, ended.Token).ConfigureAwait(false);
                }
                else if (packet.Operation == Operation.ChangeRoomReply)
                {
                    rooms.Answer(packet.Seq, packet.Body);
                }
                else if (packet.Operation == Operation.Disconnected)
                {
                    return ConnectionEnd.Read(packet.Body);
                }
            }

            // Disposing the transport ends the reading too.
            ended.Token.ThrowIfCancellationRequested();
            return new ConnectionEnd(
                acceptedAt is null ? "The server closed the connection before it accepted the token." : "The server closed the connection.",
                Reconnect: true);
        }
        finally
        {
            // What could not be sent is no news: reading has failed too, or will after the maximum silence.
            ended.Cancel();
            rooms.End();
            await Task.WhenAll(authenticating, heartbeats, renewals).EndAsync().ConfigureAwait(false);
        }
    }

    // Slow networks: a large message may take longer than the maximum silence, but not without a byte of it.
    private void Heard(ITimer silence)
    {
        if (acceptedAt is not null)
        {
            silence.Change(MaxSilence, Timeout.InfiniteTimeSpan);
        }
    }

    private static void Pause(ITimer silence) => silence.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    // While the program takes no messages, the comet's answers are not read. Heartbeats go on.
    private async Task DeliverAsync(GoimMessage message, ITimer silence, CancellationToken ended)
    {
        if (!messages.TryWrite(message))
        {
            Pause(silence);
            await messages.WriteAsync(message, ended).ConfigureAwait(false);
            Heard(silence);
        }
    }

    private async Task SendHeartbeatsAsync(Transport transport, CancellationToken ended)
    {
        // Not disposed, since the timer may still fire when it is.
        var due = new SemaphoreSlim(0);
        using var timer = time.CreateTimer(_ => due.Release(), null, options.HeartbeatInterval, options.HeartbeatInterval);
        while (true)
        {
            await due.WaitAsync(ended).ConfigureAwait(false);
            await SendAsync(transport, new Packet(Operation.Heartbeat, []), ended).ConfigureAwait(false);
        }
    }

    private async Task RenewAsync(Transport transport, GoimToken token, CancellationToken ended)
    {
        while (token.Lifetime is { } lifetime)
        {
            await Task.Delay(TokenSource.RenewalAfter(lifetime), time, ended).ConfigureAwait(false);
            token = await tokens.AskUntilAnsweredAsync(ended).ConfigureAwait(false);
            await SendAsync(transport, new Packet(Operation.Auth, token.Utf8), ended).ConfigureAwait(false);
        }
    }

    private async Task SendAsync(Transport transport, Packet packet, CancellationToken ended)
    {
        await sending.WaitAsync(ended).ConfigureAwait(false);
        try
        {
            await transport.SendAsync(packet.ToBytes()).ConfigureAwait(false);
        }
        finally
        {
            sending.Release();
        }
    }

    private static bool IsBroken(Exception failure) =>
        failure is SocketException or IOException or WebSocketException or AuthenticationException or ObjectDisposedException;
}
