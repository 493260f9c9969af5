using System.Buffers;
using System.Threading.Channels;
using Goim.Comet.Delivery;
using Goim.Comet.Wire;
using Goim.Protocol;

namespace Goim.Comet.Registration;

/// <summary>Asks the facade to connect clients: in one call all those that have gathered while the last calls were under way.</summary>
internal sealed class Connects(
    FacadeClient facade, ConnectTickets tickets, AbandonedConnects abandoned, RegistrationState state) : BackgroundService
{
    /// <summary>Calls at once: while the app carries one out, the comet writes the next one. More would only make smaller calls.</summary>
    private const int MaxCalls = 2;

    // The facade's limits of a call.
    private const int MaxTokens = 1_000, MaxBytes = 4 * 1024 * 1024;

    /// <summary>A client that has waited this long has to come back. Clients give up after some 10 s.</summary>
    private const int MaxWaitMs = 8_000;

    /// <summary>A connect that has waited this long for its first call is not made, since too little time is left for the call.</summary>
    private const int MaxWaitForCallMs = 6_000;

    private const int CallTimeoutMs = 4_000, FirstDelayMs = 500;

    private const string Route = "/1/connects";

    // Bounded by the number of connections: each has one connect at a time.
    private readonly Channel<PendingConnect> waiting = Channel.CreateUnbounded<PendingConnect>();

    /// <summary>Connects a client. Its ticket has begun if there was a call.</summary>
    public Task<ConnectAnswer> AskAsync(PendingConnect connect)
    {
        connect.Begin();
        var answer = connect.Answer;
        if (!waiting.Writer.TryWrite(connect))
        {
            connect.Fail(Farewell.Stopping);
        }

        return answer;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, state.Ended);
        var calls = Enumerable.Range(0, MaxCalls).Select(_ => CallAsync(end.Token));
        await Task.WhenAll(calls).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        waiting.Writer.TryComplete();
        while (waiting.Reader.TryRead(out var connect))
        {
            connect.Fail(Farewell.Stopping);
        }
    }

    private async Task CallAsync(CancellationToken end)
    {
        var batch = new List<PendingConnect>();
        var body = new ArrayBufferWriter<byte>();
        PendingConnect? left = null;
        while (left is not null || await waiting.Reader.WaitToReadAsync(end))
        {
            left = Gather(batch, left);
            if (batch.Count > 0)
            {
                FacadeBodies.WriteConnects(body, state.ServerId, batch);
                await SendAsync(batch, body.WrittenMemory, end);
                batch.Clear();
            }
        }
    }

    // Returns a connect that does not fit any more.
    private PendingConnect? Gather(List<PendingConnect> batch, PendingConnect? next)
    {
        var bytes = 64;
        while (batch.Count < MaxTokens && (next is not null || waiting.Reader.TryRead(out next)))
        {
            if (Refusal(next) is { } refusal)
            {
                next.Fail(refusal);
            }
            else
            {
                bytes += next.BodyBytes;
                if (bytes > MaxBytes)
                {
                    return next;
                }

                // A further connect for the same client keeps its number.
                next.Ticket = next.Ticket == 0 ? tickets.Begin() : next.Ticket;
                batch.Add(next);
            }

            next = null;
        }

        return next;
    }

    private Farewell? Refusal(PendingConnect connect) =>
        state.IsStopping ? Farewell.Stopping
        : connect.HasLeft || Environment.TickCount64 - connect.AskedAt > MaxWaitForCallMs ? Farewell.Unavailable
        : null;

    private async Task SendAsync(List<PendingConnect> batch, ReadOnlyMemory<byte> body, CancellationToken end)
    {
        var begun = Environment.TickCount64;
        var isUnknown = false;
        for (var delay = FirstDelayMs; ; delay *= 2)
        {
            var timeout = TimeSpan.FromMilliseconds(Math.Clamp(LeftMs(batch), 1, CallTimeoutMs));
            var reply = await facade.PostAsync(Route, body, FacadeJson.Default.FacadeAnswerConnectsData, timeout, end);
            if (reply.IsDone && reply.Data?.Clients is { } clients && clients.Length == batch.Count)
            {
                Answer(batch, clients);
                return;
            }

            // A repeat that is refused does not tell what has become of the first call.
            isUnknown |= reply.Outcome is not (CallOutcome.Failed or CallOutcome.NotDone);
            if (!isUnknown || reply.Outcome == CallOutcome.NotOurs || LeftMs(batch) <= delay || end.IsCancellationRequested)
            {
                break;
            }

            await Task.Delay(delay, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (isUnknown)
        {
            abandoned.Add(body, batch.Count, begun);
        }

        batch.ForEach(static connect => connect.Fail(Farewell.Unavailable));
    }

    // The first has waited longest.
    private static long LeftMs(List<PendingConnect> batch) => batch[0].AskedAt + MaxWaitMs - Environment.TickCount64;

    private static void Answer(List<PendingConnect> batch, ClientData[] clients)
    {
        for (var i = 0; i < clients.Length; i++)
        {
            var client = clients[i];
            if (SubKey.TryParse(client.Key, out var key))
            {
                batch[i].Succeed(key, client.RoomId, client.ExpiresAt(), client.Rooms);
            }
            else
            {
                batch[i].Fail(client.Refusal(place: i + 1));
            }
        }
    }
}
