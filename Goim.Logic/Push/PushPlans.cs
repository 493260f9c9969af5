using Goim.Logic.Counts;
using Goim.Logic.Delivery;
using Goim.Logic.Routing;
using Goim.Protocol;
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
    internal Task<Outcome<PushPlan>> PlanAsync(PushTarget target, ReadOnlyMemory<byte> body, bool detail, CancellationToken cancellationToken) => target.Kind switch
    {
        PushKind.User => PlanUserAsync(target.UserId, body, cancellationToken),
        PushKind.Users => PlanUsersAsync(body, detail, cancellationToken),
        _ => PlanOneAsync(target, body, detail ? new PushReaches(counts) : null, cancellationToken),
    };

    /// <summary>What the pushes of a batch to rooms and to all reach; asked of the nodes once.</summary>
    internal PushReaches NewReaches() => new(counts);

    /// <summary>The plan of a push to users whose sessions are known.</summary>
    internal Outcome<PushPlan> Plan(IEnumerable<(long UserId, GetReply Sessions)> users, ReadOnlyMemory<byte> message)
    {
        var planner = new PushPlanner(size);
        foreach (var (userId, sessions) in users)
        {
            planner.Add(userId, sessions);
        }

        return planner.Plan(message);
    }

    /// <summary>The plan of a push to a room or to all: one record, which goes out whether the nodes can tell whom it reaches or not.</summary>
    internal async Task<Outcome<PushPlan>> PlanOneAsync(PushTarget target, ReadOnlyMemory<byte> message, PushReaches? reaches, CancellationToken cancellationToken)
    {
        var record = target.Kind == PushKind.Room ? PushRecord.BroadcastRoom(target.RoomId, target.Ensure, message) : PushRecord.Broadcast(message);
        return size.Fits(record)
            ? new PushPlan([record], reaches is null ? default : await reaches.OfAsync(target, cancellationToken))
            : size.TooLarge(message.Length);
    }

    private async Task<Outcome<PushPlan>> PlanUserAsync(long userId, ReadOnlyMemory<byte> message, CancellationToken cancellationToken) =>
        (await router.GetAsync(userId, NothingSent, cancellationToken)).Is(out var sessions, out var problem) ? Plan([(userId, sessions)], message) : problem;

    private async Task<Outcome<PushPlan>> PlanUsersAsync(ReadOnlyMemory<byte> body, bool detail, CancellationToken cancellationToken)
    {
        if (!PushsBody.Parse(body, options.Value.MaxUsers).Is(out var pushs, out var problem))
        {
            return problem;
        }

        if (pushs.Message.Length > size.MaxMessageBytes)
        {
            return size.TooLarge(pushs.Message.Length);
        }

        if (!(await lookup.MGetAsync(pushs.UserIds, NothingSent, cancellationToken)).Is(out var replies, out problem))
        {
            return problem;
        }

        var planner = new PushPlanner(size);
        foreach (var reply in replies)
        {
            for (var i = 0; i < reply.UserIds.Count; i++)
            {
                planner.Add(reply.UserIds[i], reply.Sessions[i]);
            }
        }

        if (detail && replies.Length > 1)
        {
            planner.SortOffline(pushs.UserIds);
        }

        return planner.Plan(pushs.Message);
    }
}
