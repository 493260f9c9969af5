using System.Threading.Channels;
using Goim.Comet.Wire;

namespace Goim.Comet.Registration;

/// <summary>
/// Asks the facade whose the further tokens of registered clients are: in one call those that have gathered while the last call was under
/// way. No session is made.
/// </summary>
internal sealed class TokenChecks(FacadeClient facade, RegistrationState state) : BackgroundService
{
    /// <summary>Most tokens of a call. More of the longest, with every byte escaped, would exceed the 4 MiB of a call.</summary>
    private const int MaxTokens = 80;

    private const string Route = "/1/connects";
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(5);

    // Bounded by the number of connections: each has one check at a time.
    private readonly Channel<PendingCheck> waiting = Channel.CreateUnbounded<PendingCheck>();

    /// <summary>Checks a token.</summary>
    /// <param name="token">The token, valid UTF-8. It must not change until the task has completed.</param>
    public Task<TokenAnswer> AskAsync(ReadOnlyMemory<byte> token)
    {
        var check = new PendingCheck(token);
        if (state.IsStopping || !waiting.Writer.TryWrite(check))
        {
            check.Answer(new TokenAnswer(Farewell.Stopping));
        }

        return check.Answered;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, state.Ended);
        await CallAsync(end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        waiting.Writer.TryComplete();
        while (waiting.Reader.TryRead(out var check))
        {
            check.Answer(new TokenAnswer(Farewell.Stopping));
        }
    }

    private async Task CallAsync(CancellationToken end)
    {
        var batch = new List<PendingCheck>();
        while (await waiting.Reader.WaitToReadAsync(end))
        {
            while (batch.Count < MaxTokens && waiting.Reader.TryRead(out var check))
            {
                batch.Add(check);
            }

            var body = FacadeBodies.Checks(state.ServerId, batch);
            var reply = await facade.PostAsync(Route, body, FacadeJson.Default.FacadeAnswerConnectsData, CallTimeout, end);
            Answer(batch, reply.IsDone ? reply.Data?.Clients : null);
            batch.Clear();
        }
    }

    private static void Answer(List<PendingCheck> batch, ClientData[]? clients)
    {
        for (var i = 0; i < batch.Count; i++)
        {
            batch[i].Answer(clients?.Length != batch.Count ? new TokenAnswer(Farewell.Unavailable)
                : clients[i].UserId is { } userId ? new TokenAnswer(null, userId, clients[i].ExpiresAt(), clients[i].Rooms)
                : new TokenAnswer(clients[i].Refusal(place: i + 1)));
        }
    }
}

/// <summary>A token that waits for the facade's answer.</summary>
/// <param name="token">The token, valid UTF-8.</param>
internal sealed class PendingCheck(ReadOnlyMemory<byte> token)
{
    private readonly TaskCompletionSource<TokenAnswer> answered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ReadOnlyMemory<byte> Token => token;

    public Task<TokenAnswer> Answered => answered.Task;

    public void Answer(TokenAnswer answer) => answered.SetResult(answer);
}

/// <summary>Whose a token is.</summary>
/// <param name="Farewell">Why the token is not taken. Null if it is.</param>
/// <param name="UserId">The user.</param>
/// <param name="ExpiresAt">When it expires, by Environment.TickCount64. The largest number if it does not.</param>
/// <param name="Rooms">The rooms that the client may change to. Null for none.</param>
internal readonly record struct TokenAnswer(Farewell? Farewell, long UserId = 0, long ExpiresAt = 0, int[]? Rooms = null);
