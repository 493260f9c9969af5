using Goim.Logic.Delivery;
using Goim.Logic.Routing;
using Goim.Logic.Routing.Nodes;
using Goim.Protocol;

namespace Goim.Logic.Rooms;

/// <summary>
/// Changes the rooms of sessions: moves each at its router node, tells the comets by two records, then ends the change at the node.
/// </summary>
/// <remarks>
/// The node remembers a change until it is ended, and begins no other one for the session meanwhile. So if one of the steps fails, all of
/// them can be repeated. Apps that carry out the same change at the same time may send its records twice, and one of them may be slower
/// than the next change. It learns that when it ends its change, and then tells the comet again which room the session is in.
/// </remarks>
public sealed class RoomMover(RouterClient router, RecordProducer producer)
{
    /// <summary>Age of a change after which another app carries it to its end.</summary>
    private const long LongestChangeMs = 30_000;

    /// <summary>Maximum number of later changes of a session that are followed.</summary>
    private const int MaxRounds = 10;

    /// <summary>Carries out changes: one call to each node for a step. Those that fail do not stop the others.</summary>
    // Not cancelled when the caller leaves: a change that has begun is carried to its end.
    internal async Task RunAsync(IReadOnlyList<PendingChange> changes)
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

            // What the comet is told again ends no change.
            await EndAsync(Array.FindAll(moved, change => !change.IsOver && change.Told is null));
        }
    }

    private static PendingChange[] Next(IReadOnlyList<PendingChange> changes) =>
        [.. changes.Where(change => !change.IsOver && change.Before is null or { IsOver: true })];

    private static ChangeRoomArg ArgOf(PendingChange change, bool isSent) =>
        new()
        {
            UserId = change.Key.UserId,
            Seq = change.Key.Seq,
            RoomId = change.Target,
            IsSent = isSent,
            OnlyAsks = change.IsOvertaken,
        };

    // Takes the answer of the first step.
    private static void Begin(PendingChange change, NodeReply<ChangeRoomReply> answer)
    {
        change.Records = [];
        if (answer.Reply is not { } reply)
        {
            Fail(change, answer.Failure);
        }
        else if (change.IsOvertaken)
        {
            FollowOrTell(change, reply);
        }
        else if (!reply.Has)
        {
            change.Fail(change.IsBegun ? ChangeProblems.Forgotten(change.Key) : ChangeProblems.Gone(change.Key));
        }
        else if (reply.RoomId != change.Target)
        {
            Meet(change, reply);
        }
        else if (reply.LeftRoomId != reply.RoomId)
        {
            (change.Records, change.IsBegun) = (change.RecordsOf(reply), true);
            change.Left = change.Target == change.RoomId ? reply.LeftRoomId : null;
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
    private static void Meet(PendingChange change, ChangeRoomReply reply)
    {
        change.Target = change.RoomId;
        if (reply.UnfinishedMs >= LongestChangeMs)
        {
            change.Target = reply.RoomId;
        }
        else
        {
            change.Fail(ChangeProblems.UnderWay(reply.RoomId, change.IsBegun));
        }
    }

    // The session is in another room than that of the change.
    private static void Follow(PendingChange change, int roomId)
    {
        change.Follow(roomId);
        if (change.Rounds == MaxRounds)
        {
            change.Fail(ChangeProblems.CameBetween());
        }
    }

    // A session that was told of once and is found in the same room again is there at the comet too.
    private static void FollowOrTell(PendingChange change, ChangeRoomReply reply)
    {
        if (!reply.Has)
        {
            change.Fail(ChangeProblems.Forgotten(change.Key));
        }
        else if (reply.RoomId != change.Target)
        {
            Follow(change, reply.RoomId);
        }
        else if (change.Told is null)
        {
            (change.Records, change.Told) = (change.RecordsOf(reply), reply.RoomId);
        }
        else if (reply.RoomId == change.Left)
        {
            change.Fail(ChangeProblems.IsBack(change.Key, reply.RoomId));
        }
        else
        {
            change.Finish();
        }
    }

    private static void Fail(PendingChange change, NodeFailure failure)
    {
        change.IsBegun |= failure.MayHaveArrived;
        change.Fail(ChangeProblems.Of(failure, change.IsBegun));
    }

    private async Task SendAsync(PendingChange[] moved)
    {
        foreach (var change in moved)
        {
            change.Delivery = producer.TrySend(change.Records, idempotencyKey: null);
        }

        var endOfWait = producer.BeginWait();
        foreach (var change in moved)
        {
            if (change.Delivery is not { } delivery)
            {
                change.Fail(ChangeProblems.QueueFull());
            }
            else if (await producer.ResultAsync(delivery, endOfWait) is { Outcome: not DeliveryOutcome.All } result)
            {
                change.Fail(ChangeProblems.Of(result));
            }
        }
    }

    private async Task EndAsync(PendingChange[] sent)
    {
        var answers = sent.Length == 0 ? [] : await router.Rooms.ChangeAsync(Array.ConvertAll(sent, change => ArgOf(change, isSent: true)));
        for (var i = 0; i < sent.Length; i++)
        {
            var change = sent[i];
            if (answers[i].Reply is not { } reply)
            {
                Fail(change, answers[i].Failure);
            }
            else if (!reply.Has)
            {
                // The records of this change may have come after those of a later one.
                change.IsOvertaken = change.Target == change.RoomId;
                Follow(change, change.IsOvertaken ? reply.RoomId : change.RoomId);
            }
            else if (change.Target == change.RoomId)
            {
                change.Finish();
            }
            else
            {
                // The change of another app is ended. Now its own.
                change.Target = change.RoomId;
            }
        }
    }
}
