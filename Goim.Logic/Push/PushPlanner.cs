using Goim.Kafka;
using Goim.Logic.Delivery;
using Goim.Logic.Routing;
using Goim.Logic.Sessions;
using Goim.Protocol;
using Microsoft.Extensions.Options;

namespace Goim.Logic.Push;

/// <summary>Plans pushes: asks the router nodes which comet servers hold the users, and makes the records.</summary>
/// <remarks>goim logic/push.go. A problem means that nothing is to be sent.</remarks>
public sealed class PushPlanner(
    RouterClient router, SessionCounts counts, IOptions<KafkaOptions> kafka, IOptions<PushOptions> options, TimeProvider time)
{
    internal const string NothingSent = "nothing was sent.";
    private readonly RecordSize size = new(kafka.Value.MaxRecordBytes);
    private readonly string roomForUserIds = UserIdRoom.Text(options.Value);

    /// <summary>How large a record may be.</summary>
    internal RecordSize Size => size;

    /// <summary>Most bytes of the body of a push.</summary>
    public int MaxBodyBytes(PushKind kind) =>
        kind is PushKind.Users or PushKind.Rooms ? options.Value.MaxRequestBytes : size.MaxMessageBytes;

    /// <summary>What fits into the largest body, for the end of its refusal. Empty if the body is the message.</summary>
    public string RoomInBody(PushKind kind) => kind switch
    {
        PushKind.Users => roomForUserIds,
        PushKind.Rooms => " (Push__MaxRequestBytes)",
        _ => "",
    };

    /// <summary>Plans one push.</summary>
    /// <param name="push">
    /// What the query and the header ask for. If the recipients must be known, a push to a room or to all costs a call to the nodes.
    /// </param>
    /// <param name="body">The message. For many users or rooms, JSON with the message and their ids.</param>
    /// <param name="cancellationToken">The caller left.</param>
    internal ValueTask<Outcome<PushPlan>> PlanAsync(PushRequest push, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
        push.Target.Kind switch
        {
            PushKind.User => PlanUserAsync(push.Target.UserId, BuilderOf(push.Target, body), cancellationToken),
            PushKind.Key => PlanKeyAsync(push.Target.Key, BuilderOf(push.Target, body), cancellationToken),
            PushKind.Users => PlanUsersAsync(push, body, cancellationToken),
            PushKind.Rooms => PlanRoomsAsync(push, body, cancellationToken),
            _ => PlanBroadcastAsync(push.Target, body, push.Options.Detail ? new RecipientCounts(counts) : null, cancellationToken),
        };

    /// <summary>Plans a push to users, or to a connection of one, whose sessions are known.</summary>
    /// <exception cref="OperationCanceledException">The caller left.</exception>
    internal Outcome<PushPlan> Plan(
        in PushTarget target,
        ReadOnlySpan<long> userIds,
        Dictionary<long, UserSessions> sessions,
        ReadOnlyMemory<byte> message,
        CancellationToken cancellationToken)
    {
        var builder = BuilderOf(target, message);
        if (target.Kind == PushKind.Key)
        {
            builder.Add(target.Key, sessions[target.UserId]);
            return builder.Build();
        }

        foreach (var userId in userIds)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var each = sessions[userId];
            builder.Add(userId, each.Seqs, each.Servers);
        }

        return builder.Build();
    }

    /// <summary>Plans a push to a room or to all: one record, which is sent whether or not the nodes can count the recipients.</summary>
    internal async ValueTask<Outcome<PushPlan>> PlanBroadcastAsync(
        PushTarget target, ReadOnlyMemory<byte> message, RecipientCounts? recipients, CancellationToken cancellationToken)
    {
        var tail = TailOf(target);
        var record = target.Kind == PushKind.Room
            ? PushRecord.BroadcastRoom(target.RoomId, target.Ensure, message, tail)
            : PushRecord.Broadcast(message, tail);
        return size.Fits(record)
            ? new PushPlan([record], recipients is null ? default : await recipients.CountAsync(target, cancellationToken))
            : size.TooLarge(message.Length, tail);
    }

    private byte[]? TailOf(in PushTarget target) => target.Restriction?.Tail(target.Kind, time);

    private RecordBuilder BuilderOf(in PushTarget target, ReadOnlyMemory<byte> message) =>
        new(size, message, target.Restriction, TailOf(target));

    private async ValueTask<Outcome<PushPlan>> PlanUserAsync(long userId, RecordBuilder builder, CancellationToken cancellationToken)
    {
        if (!(await router.GetAsync(userId, NothingSent, cancellationToken)).Is(out var sessions, out var problem))
        {
            return problem;
        }

        builder.Add(userId, sessions.Seqs, sessions.Servers);
        return builder.Build();
    }

    private async ValueTask<Outcome<PushPlan>> PlanKeyAsync(SubKey key, RecordBuilder builder, CancellationToken cancellationToken)
    {
        if (!(await router.GetAsync(key.UserId, NothingSent, cancellationToken)).Is(out var sessions, out var problem))
        {
            return problem;
        }

        builder.Add(key, sessions);
        return builder.Build();
    }

    private async ValueTask<Outcome<PushPlan>> PlanRoomsAsync(
        PushRequest push, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        if (!RoomsBody.Parse(body).Is(out var rooms, out var problem))
        {
            return problem;
        }

        if (push.Entry.Problem(rooms.RoomIds) is { } refused)
        {
            return refused;
        }

        var tail = TailOf(push.Target);
        var records = new PushRecord[rooms.RoomIds.Length];
        for (var i = 0; i < records.Length; i++)
        {
            records[i] = PushRecord.BroadcastRoom(rooms.RoomIds[i], rooms.Ensure, rooms.Message, tail);
            if (!size.Fits(records[i]))
            {
                return size.TooLarge(rooms.Message.Length, tail);
            }
        }

        return RecordSize.TooMuch(records, "rooms") is { } tooMuch ? tooMuch
            : new PushPlan(
                records,
                push.Options.Detail ? await new RecipientCounts(counts).CountAsync(rooms.RoomIds, cancellationToken) : default);
    }

    private async ValueTask<Outcome<PushPlan>> PlanUsersAsync(
        PushRequest push, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        if (!PushsBody.Parse(body, options.Value.MaxUsers).Is(out var pushs, out var problem))
        {
            return problem;
        }

        using var userIds = pushs.UserIds;
        if (pushs.Message.Length > size.MaxMessageBytes)
        {
            return size.TooLarge(pushs.Message.Length, tail: null);
        }

        if (push.Entry.Problem(push.Target, userIds.Count) is { } refused)
        {
            return refused;
        }

        using var found = await router.FindAsync(userIds.Memory, long.MaxValue, cancellationToken);
        if (found.Problem(NothingSent) is { } failed)
        {
            return failed;
        }

        var builder = BuilderOf(push.Target, pushs.Message);
        foreach (var users in found.Users)
        {
            cancellationToken.ThrowIfCancellationRequested();
            builder.Add(users);
        }

        if (push.Options.Detail)
        {
            builder.SortOffline(userIds.Memory, cancellationToken);
        }

        return builder.Build();
    }
}
