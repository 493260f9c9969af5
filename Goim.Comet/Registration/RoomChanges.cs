using System.Threading.Channels;
using Goim.Protocol;

namespace Goim.Comet.Registration;

/// <summary>
/// Asks the facade to move sessions to other rooms: in one call all those that have gathered while the last call was under way.
/// </summary>
internal sealed class RoomChanges(FacadeClient facade, RegistrationState state) : BackgroundService
{
    /// <summary>Most changes of a call: the facade's limit.</summary>
    private const int MaxChanges = 1_000;

    /// <summary>A change that has waited this long for its call is not asked for any more.</summary>
    private const int MaxWaitMs = 10_000;

    private const string Route = "/1/room/changes";
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(5);

    private static readonly RoomAnswer Stopping = new(null, "the server stops: expected a change of room after the next connect");

    private static readonly RoomAnswer NoAnswer = new(
        null, "the app has not confirmed the change of room, which may be done or not: it can be asked for again", MayRetry: true);

    // Bounded by the number of connections: each has one change at a time, and one more while it is restored.
    private readonly Channel<PendingRoomChange> waiting = Channel.CreateUnbounded<PendingRoomChange>();

    /// <summary>Asks for a change. A repeat is always safe.</summary>
    /// <param name="key">The session.</param>
    /// <param name="roomId">The room; -1 for none.</param>
    public Task<RoomAnswer> AskAsync(SubKey key, int roomId)
    {
        var change = new PendingRoomChange(key, roomId);
        if (state.IsStopping || !waiting.Writer.TryWrite(change))
        {
            change.Answer(Stopping);
        }

        return change.Answered;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, state.Ended);
        await CallAsync(end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        waiting.Writer.TryComplete();
        while (waiting.Reader.TryRead(out var change))
        {
            change.Answer(Stopping);
        }
    }

    private async Task CallAsync(CancellationToken end)
    {
        var batch = new List<PendingRoomChange>();
        while (await waiting.Reader.WaitToReadAsync(end))
        {
            Gather(batch);
            if (batch.Count == 0)
            {
                continue;
            }

            var body = FacadeBodies.RoomChanges(state.ServerId, batch);
            var reply = await facade.PostAsync(Route, body, FacadeJson.Default.FacadeAnswerRoomChangesData, CallTimeout, end);
            Answer(batch, reply);
            batch.Clear();
        }
    }

    private void Gather(List<PendingRoomChange> batch)
    {
        var now = Environment.TickCount64;
        while (batch.Count < MaxChanges && waiting.Reader.TryRead(out var change))
        {
            if (now - change.AskedAt < MaxWaitMs)
            {
                batch.Add(change);
            }
            else
            {
                change.Answer(NoAnswer);
            }
        }
    }

    private static void Answer(List<PendingRoomChange> batch, FacadeReply<RoomChangesData> reply)
    {
        var changes = reply.Data?.Changes;
        for (var i = 0; i < batch.Count; i++)
        {
            batch[i].Answer(changes?.Length == batch.Count ? changes[i].Answer() : NoAnswer with { RetryAfter = reply.RetryAfter });
        }
    }
}

/// <summary>A change of room that waits for the facade's answer.</summary>
/// <param name="key">The session.</param>
/// <param name="roomId">The room; -1 for none.</param>
internal sealed class PendingRoomChange(SubKey key, int roomId)
{
    private readonly TaskCompletionSource<RoomAnswer> answered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public SubKey Key => key;

    public int RoomId => roomId;

    /// <summary>When it was asked, by Environment.TickCount64.</summary>
    public long AskedAt { get; } = Environment.TickCount64;

    public Task<RoomAnswer> Answered => answered.Task;

    public void Answer(RoomAnswer answer) => answered.SetResult(answer);
}

/// <summary>The answer to a change of room.</summary>
/// <param name="RoomId">The room that the session is in now; -1 for none. Null with an error.</param>
/// <param name="Error">Why the room is not changed, or is not known to be. Null if it is.</param>
/// <param name="MayRetry">With an error: whether a repeat may succeed.</param>
/// <param name="RetryAfter">How long the facade asks to wait before a repeat. Zero if it does not.</param>
internal sealed record RoomAnswer(int? RoomId, string? Error, bool MayRetry = false, TimeSpan RetryAfter = default);
