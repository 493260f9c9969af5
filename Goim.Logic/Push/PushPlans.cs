using Goim.Logic.Counts;
using Goim.Logic.Delivery;
using Goim.Logic.Routing;
using Microsoft.Extensions.Options;

namespace Goim.Logic.Push;

/// <summary>Plans pushes: asks the router nodes which comet servers hold the users, and gives the records for them.</summary>
/// <remarks>goim logic/push.go. A problem means that nothing is to be sent.</remarks>
public sealed class PushPlans(RouterClient router, SessionLookup lookup, SessionCounts counts, IOptions<KafkaOptions> kafka, IOptions<PushOptions> options)
{
    internal const string NothingSent = "nothing was sent.";
    private readonly RecordSize size = new(kafka.Value.MaxRecordBytes);

    /// <summary>The largest body that a push may have, in bytes.</summary>
    public int MaxBodyBytes(PushKind kind) => kind == PushKind.Users ? options.Value.MaxRequestBytes : size.MaxMessageBytes;

    /// <param name="target">Whom it is for.</param>
    /// <param name="body">The message; of a <see cref="PushKind.Users"/> push the JSON with message and users.</param>
    /// <param name="detail">Whether whom it reaches will be told, which of a push that names no users takes a call to the nodes.</param>
    /// <param name="cancellationToken">The caller left.</param>
    internal ValueTask<Outcome<PushPlan>> PlanAsync(PushTarget target, ReadOnlyMemory<byte> body, bool detail, CancellationToken cancellationToken) => target.Kind switch
    {
        PushKind.User => PlanUserAsync(target.UserId, body, cancellationToken),
        PushKind.Users => PlanUsersAsync(body, detail, cancellationToken),
        _ => PlanOneAsync(target, body, detail ? new PushReaches(counts) : null, cancellationToken),
    };

    /// <summary>What the pushes of a batch to rooms and to all reach; asked of the nodes once.</summary>
    internal PushReaches NewReaches() => new(counts);

    /// <summary>The plan of a push to users whose sessions are known.</summary>
    internal Outcome<PushPlan> Plan(ReadOnlySpan<long> userIds, Dictionary<long, UserSessions> sessions, ReadOnlyMemory<byte> message)
    {
        var planner = new PushPlanner(size, message);
        foreach (var userId in userIds)
        {
            planner.Add(userId, sessions[userId].Seqs, sessions[userId].Servers);
        }

        return planner.Plan();
    }

    /// <summary>The plan of a push to a room or to all: one record, which goes out whether the nodes can tell whom it reaches or not.</summary>
    internal async ValueTask<Outcome<PushPlan>> PlanOneAsync(PushTarget target, ReadOnlyMemory<byte> message, PushReaches? reaches, CancellationToken cancellationToken)
    {
        var record = target.Kind == PushKind.Room ? PushRecord.BroadcastRoom(target.RoomId, target.Ensure, message) : PushRecord.Broadcast(message);
        return size.Fits(record)
            ? new PushPlan([record], reaches is null ? default : await reaches.OfAsync(target, cancellationToken))
            : size.TooLarge(message.Length);
    }

    private async ValueTask<Outcome<PushPlan>> PlanUserAsync(long userId, ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        if (!(await router.GetAsync(userId, NothingSent, cancellationToken)).Is(out var sessions, out var problem))
        {
            return problem;
        }

        var planner = new PushPlanner(size, message);
        planner.Add(userId, sessions.Seqs, sessions.Servers);
        return planner.Plan();
    }

    private async ValueTask<Outcome<PushPlan>> PlanUsersAsync(ReadOnlyMemory<byte> body, bool detail, CancellationToken cancellationToken)
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

        using var found = await lookup.FindAsync(userIds.Memory, cancellationToken);
        if (found.Failures.Length > 0)
        {
            return NodeFailure.Problem(found.Failures, NothingSent);
        }

        var planner = new PushPlanner(size, pushs.Message);
        foreach (var users in found.Users)
        {
            planner.Add(users);
        }

        if (detail)
        {
            planner.SortOffline(userIds.Memory);
        }

        return planner.Plan();
    }
}
