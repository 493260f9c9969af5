using System.Globalization;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Authentication;

namespace Goim.Comet.Client;

/// <summary>Stays connected to a comet and prints what arrives.</summary>
/// <param name="arguments">The comet and the token.</param>
/// <param name="messages">Gets one line for each message.</param>
/// <param name="notes">Gets everything else.</param>
/// <param name="time">For heartbeats, timeouts and waits.</param>
internal sealed class Receiver(ClientArguments arguments, TextWriter messages, TextWriter notes, TimeProvider time)
{
    /// <summary>As goim's example page.</summary>
    public static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(30);

    /// <summary>From the attempt to connect to the answer to the token.</summary>
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    /// <summary>A comet answers each heartbeat. After two without an answer the connection counts as broken.</summary>
    private static readonly TimeSpan MaxSilence = 2 * HeartbeatInterval;

    private readonly Backoff backoff = new();

    /// <returns>The exit code: 0 if it was stopped, 1 if it makes no sense to connect again.</returns>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        while (true)
        {
            var end = await ConnectAsync(stop);
            if (stop.IsCancellationRequested)
            {
                return 0;
            }

            if (!end.Reconnect)
            {
                await notes.WriteLineAsync(end.Reason);
                return 1;
            }

            var wait = backoff.Next();
            await notes.WriteLineAsync(
                string.Create(CultureInfo.InvariantCulture, $"{end.Reason} Connecting again in {wait.TotalSeconds:0.0} s."));
            await Task.Delay(wait, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // One connection from its beginning to its end.
    private async Task<ConnectionEnd> ConnectAsync(CancellationToken stop)
    {
        using var silence = new CancellationTokenSource(ConnectTimeout, time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop, silence.Token);
        try
        {
            await using var connection = await GoimConnection.ConnectAsync(arguments.Server, ended.Token);
            await connection.SendAsync(new Packet(Operation.Auth, arguments.Token), ended.Token);
            var heartbeats = SendHeartbeatsAsync(connection, ended.Token);
            try
            {
                return await ReceiveAsync(connection, silence, ended.Token);
            }
            finally
            {
                // A heartbeat that could not be sent is no news: reading has failed too, or will after the maximum silence.
                await ended.CancelAsync();
                await heartbeats.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        catch (OperationCanceledException)
        {
            return new ConnectionEnd($"{arguments.Server.OriginalString} did not answer in time.", Reconnect: true);
        }
        catch (InvalidDataException noComet)
        {
            return new ConnectionEnd(noComet.Message, Reconnect: false);
        }
        catch (Exception failure) when (failure is SocketException or IOException or WebSocketException or AuthenticationException)
        {
            return ConnectionEnd.Broken(arguments.Server, failure, reconnect: !IsRefusedCertificate(failure));
        }
    }

    private async Task<ConnectionEnd> ReceiveAsync(GoimConnection connection, CancellationTokenSource silence, CancellationToken ended)
    {
        var isAccepted = false;
        while (await connection.ReadAsync(ended) is { } packet)
        {
            silence.CancelAfter(MaxSilence);
            switch (packet.Operation)
            {
                case Operation.AuthReply:
                    isAccepted = true;
                    backoff.Reset();
                    await notes.WriteLineAsync($"Connected to {arguments.Server.OriginalString}.");
                    break;
                case Operation.Message:
                    await messages.WriteLineAsync(MessageLine.Of(packet.Body.Span));
                    break;
                case Operation.Disconnected:
                    return ConnectionEnd.Read(packet.Body.Span);
            }
        }

        return new ConnectionEnd(
            isAccepted ? "The server closed the connection." : "The server closed the connection before it accepted the token.",
            Reconnect: true);
    }

    private async Task SendHeartbeatsAsync(GoimConnection connection, CancellationToken ended)
    {
        using var timer = new PeriodicTimer(HeartbeatInterval, time);
        while (await timer.WaitForNextTickAsync(ended))
        {
            await connection.SendAsync(new Packet(Operation.Heartbeat, default), ended);
        }
    }

    // Or there is no TLS at all at that port. Over wss it is the cause of a WebSocketException.
    private static bool IsRefusedCertificate(Exception? failure) =>
        failure is AuthenticationException || (failure is not null && IsRefusedCertificate(failure.InnerException));
}
