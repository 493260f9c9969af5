using Goim.Kafka;
using Goim.Logic.Delivery;
using Goim.Logic.Routing;
using Goim.Logic.Sessions;
using Microsoft.Extensions.Options;

namespace Goim.Logic.Push;

/// <summary>Plans pushes: asks the router nodes which comet servers hold the users, and makes the records.</summary>
/// <remarks>goim logic/push.go. A problem means that nothing is to be sent.</remarks>
public sealed class PushPlanner(RouterClient router, SessionCounts counts, IOptions<KafkaOptions> kafka, IOptions<PushOptions> options)
{
    internal const string NothingSent = "nothing was sent.";
    private readonly RecordSize size = new(kafka.Value.MaxRecordBytes);
    private readonly string roomForUserIds = UserIdRoom.Text(options.Value);

    /// <summary>Most bytes of the body of a push.</summary>
    public int MaxBodyBytes(PushKind kind) => kind == PushKind.Users ? options.Value.MaxRequestBytes : size.MaxMessageBytes;

    /// <summary>What fits into the largest body, for the end of its refusal. Empty if the body is the message.</summary>
    public string RoomInBody(PushKind kind) => kind == PushKind.Users ? roomForUserIds : "";

    /// <summary>Plans one push.</summary>
    /// <param name="push">
    /// What the query and the header ask for. If the recipients must be known, a push to a room or to all costs a call to the nodes.
    /// </param>
    /// <param name="body">The message. For a <see cref="PushKind.Users"/> push, JSON with the message and the users.</param>
    /// <param name="cancellationToken">The caller left.</param>
    internal ValueTask<Outcome<PushPlan>> PlanAsync(PushRequest push, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
        push.Target.Kind switch
        {
            PushKind.User => PlanUserAsync(push.Target.UserId, body, cancellationToken),
            PushKind.Users => PlanUsersAsync(push, body, cancellationToken),
            _ => PlanBroadcastAsync(push.Target, body, push.Options.Detail ? new RecipientCounts(counts) : null, cancellationToken),
        };

    /// <summary>Plans a push to users whose sessions are known.</summary>
    /// <exception cref="OperationCanceledException">The caller left.</exception>
    internal Outcome<PushPlan> Plan(
        ReadOnlySpan<long> userIds,
        Dictionary<long, UserSessions> sessions,
        ReadOnlyMemory<byte> message,
        CancellationToken cancellationToken)
    {
        var builder = new RecordBuilder(size, message);
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
        var record = target.Kind == PushKind.Room
            ? PushRecord.BroadcastRoom(target.RoomId, target.Ensure, message)
            : PushRecord.Broadcast(message);
        return size.Fits(record)
            ? new PushPlan([record], recipients is null ? default : await recipients.CountAsync(target, cancellationToken))
            : size.TooLarge(message.Length);
    }

    private async ValueTask<Outcome<PushPlan>> PlanUserAsync(long userId, ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        if (!(await router.GetAsync(userId, NothingSent, cancellationToken)).Is(out var sessions, out var problem))
        {
            return problem;
        }

        var builder = new RecordBuilder(size, message);
        builder.Add(userId, sessions.Seqs, sessions.Servers);
        return builder.Build();
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
            return size.TooLarge(pushs.Message.Length);
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

        var builder = new RecordBuilder(size, pushs.Message);
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
