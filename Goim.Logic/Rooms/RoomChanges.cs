using Goim.Logic.Delivery;
using Goim.Logic.Routing;
using Goim.Logic.Routing.Nodes;
using Goim.Protocol;

namespace Goim.Logic.Rooms;

/// <summary>
/// Changes the rooms of sessions: moves each at its router node, tells the comets by two records, then ends the change at the node.
/// </summary>
/// <remarks>
/// The node remembers a change until it is ended, and takes no other one for the session meanwhile. So if one of the steps fails, all of
/// them can be repeated, and the records of two changes do not overtake each other. Two apps that carry out the same change may send its
/// records twice. An app whose records may have come late does the change once more.
/// </remarks>
public sealed class RoomChanges(RouterClient router, RecordProducer producer, TimeProvider time)
{
    private const int NoRoom = -1;
    private const string NotChanged = "nothing was changed.";
    private const string NotFinished = "the change may not be finished, repeat the call, which is always safe.";

    /// <summary>Age of a change after which the app that has begun it is taken for dead.</summary>
    private const long LongestChangeMs = 30_000;

    /// <summary>Maximum number of moves of a session in one call: an unfinished change, its own, and again after others.</summary>
    private const int MaxRounds = 5;

    /// <summary>Maximum time that a change whose records are on the topic waits for another one to end.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RetryPeriod = TimeSpan.FromMilliseconds(100);

    /// <summary>The problem of a session that is not there.</summary>
    internal static Problem Gone(SubKey key) => new(
        ProblemKind.BadInput, $"key is '{key}', which has no session: expected the sub key of a connection; {NotChanged}");

    /// <summary>Carries out changes: one call to each node for a step. Those that fail do not stop the others.</summary>
    // Not cancelled when the caller leaves: a change that has begun is carried to its end.
    internal async Task RunAsync(IReadOnlyList<RoomChange> changes)
    {
        while (Next(changes) is { Length: > 0 } open)
        {
            var answers = await router.Rooms.ChangeAsync(Array.ConvertAll(open, change => ArgOf(change, isSent: false)));
            for (var i = 0; i < open.Length; i++)
            {
                Begin(open[i], answers[i]);
            }

            var moved = Array.FindAll(open, change => change.Records.Length > 0);
            await SendAsync(moved);
            await EndAsync(Array.FindAll(moved, change => !change.IsOver));
            if (Array.TrueForAll(open, change => change.IsOver || change.IsWaiting) && Array.Exists(open, change => change.IsWaiting))
            {
                await Task.Delay(RetryPeriod, time);
            }
        }
    }

    private static RoomChange[] Next(IReadOnlyList<RoomChange> changes) =>
        [.. changes.Where(change => !change.IsOver && change.Before is null or { IsOver: true })];

    private static ChangeRoomArg ArgOf(RoomChange change, bool isSent) =>
        new() { UserId = change.Key.UserId, Seq = change.Key.Seq, RoomId = change.Target, IsSent = isSent };

    // Takes the answer of the first step.
    private void Begin(RoomChange change, NodeReply<ChangeRoomReply> answer)
    {
        (change.Records, change.IsWaiting) = ([], false);
        if (answer.Reply is not { } reply)
        {
            Fail(change, answer.Failure);
        }
        else if (!reply.Has)
        {
            change.Fail(change.IsBegun
                ? new Problem(ProblemKind.Unavailable, $"the router node has forgotten session '{change.Key}': {NotFinished}")
                : Gone(change.Key));
        }
        else if (reply.RoomId != change.Target)
        {
            Meet(change, reply);
        }
        else if (reply.LeftRoomId != reply.RoomId)
        {
            (change.Records, change.IsBegun) = (RecordsOf(change.Key, reply), true);
        }
        else if (change.Target != change.RoomId)
        {
            // Another app has ended its change meanwhile.
            change.Target = change.RoomId;
        }
        else
        {
            change.Finish();
        }
    }

    // Another change of the session has not ended.
    private void Meet(RoomChange change, ChangeRoomReply reply)
    {
        change.Target = change.RoomId;
        if (reply.UnfinishedMs >= LongestChangeMs)
        {
            change.Target = reply.RoomId;
        }
        else if (change.IsSent && time.GetElapsedTime(change.WaitingSince ??= time.GetTimestamp()) < LongestWait)
        {
            // The records of this change may come after those of the other one. So it has to be done once more.
            change.IsWaiting = true;
        }
        else
        {
            change.Fail(new Problem(
                ProblemKind.Unavailable,
                $"another change of its room, to room {reply.RoomId}, is under way: {(change.IsBegun ? NotFinished : NotChanged)}"));
        }
    }

    private static PushRecord[] RecordsOf(SubKey key, ChangeRoomReply reply)
    {
        var join = PushRecord.JoinRoom(reply.Server, key, reply.RoomId);
        var leave = PushRecord.LeaveRoom(reply.Server, key, reply.LeftRoomId);
        return reply.LeftRoomId == NoRoom ? [join] : reply.RoomId == NoRoom ? [leave] : [leave, join];
    }

    private static void Fail(RoomChange change, NodeFailure failure)
    {
        change.IsBegun |= failure.MayHaveArrived;
        change.Fail(NodeFailure.Problem([failure], change.IsBegun ? NotFinished : NotChanged));
    }

    private async Task SendAsync(RoomChange[] moved)
    {
        foreach (var change in moved)
        {
            change.Delivery = producer.TrySend(change.Records, idempotencyKey: null);
            change.IsSent |= change.Delivery is not null;
        }

        var endOfWait = producer.BeginWait();
        foreach (var change in moved)
        {
            if (change.Delivery is not { } delivery)
            {
                change.Fail(new Problem(ProblemKind.Unavailable, $"the queue to Kafka is full (KafkaQueueMessages): {NotFinished}"));
            }
            else if (await producer.ResultAsync(delivery, endOfWait) is { Outcome: not DeliveryOutcome.All } result)
            {
                change.Fail(new Problem(
                    ProblemKind.Unavailable, $"Kafka did not acknowledge it ({string.Join(", ", result.Errors)}): {NotFinished}"));
            }
        }
    }

    private async Task EndAsync(RoomChange[] sent)
    {
        var answers = sent.Length == 0 ? [] : await router.Rooms.ChangeAsync(Array.ConvertAll(sent, change => ArgOf(change, isSent: true)));
        for (var i = 0; i < sent.Length; i++)
        {
            var change = sent[i];
            if (answers[i].Reply is not { } reply)
            {
                Fail(change, answers[i].Failure);
            }
            else if (reply.Has && change.Target == change.RoomId)
            {
                change.Finish();
            }
            else if (++change.Rounds == MaxRounds)
            {
                change.Fail(new Problem(ProblemKind.Unavailable, $"other changes of its room came between: {NotFinished}"));
            }

            // The change of another app is ended, or the node knows nothing of this change any more: from the beginning.
            change.Target = change.RoomId;
        }
    }
}
