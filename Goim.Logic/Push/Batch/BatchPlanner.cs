using Goim.Logic.Routing;
using Goim.Logic.Routing.Lookup;
using Goim.Logic.Sessions;

namespace Goim.Logic.Push.Batch;

/// <summary>Plans the pushes of a batch, whose users are looked up together.</summary>
public sealed class BatchPlanner(PushPlanner planner, RouterClient router, SessionCounts counts)
{
    /// <summary>Plans the pushes of a batch. A line that is a problem stays one.</summary>
    /// <exception cref="OperationCanceledException">The caller left.</exception>
    internal async Task<BatchPlan> PlanAsync(
        PooledList<Outcome<BatchLine>> lines, bool detail, CancellationToken cancellationToken)
    {
        using var userIds = UsersOf(lines.Span);
        using var found = await router.FindAsync(userIds.Memory, long.MaxValue, cancellationToken);
        var sessions = found.ByUser(cancellationToken);
        var recipients = detail ? new RecipientCounts(counts) : null;
        var plan = new BatchPlan();
        for (var i = 0; i < lines.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!lines[i].Is(out var push, out var problem))
            {
                plan.Add(problem);
            }
            else if (push.Target.Kind is PushKind.Room or PushKind.All)
            {
                plan.Add(await planner.PlanBroadcastAsync(push.Target, push.Message, recipients, cancellationToken));
            }
            else
            {
                PlanForUsers(plan, push, found, sessions, cancellationToken);
            }
        }

        return plan;
    }

    private void PlanForUsers(
        BatchPlan plan,
        in BatchLine push,
        FoundSessions found,
        Dictionary<long, UserSessions> sessions,
        CancellationToken cancellationToken)
    {
        var userId = push.Target.UserId;
        var users = push.HasOneUser ? new ReadOnlySpan<long>(in userId) : push.Users.Span;
        if (found.ProblemOf(users, PushPlanner.NothingSent) is { } failed)
        {
            plan.Add(failed);
        }
        else if (push.Target is not { Kind: PushKind.User, Restriction: null }
            || sessions[userId] is not { Count: 1 } only
            || !plan.TryAdd(userId, only, push.Message, planner.Size))
        {
            plan.Add(planner.Plan(push.Target, users, sessions, push.Message, cancellationToken));
        }
    }

    private static UserIds UsersOf(ReadOnlySpan<Outcome<BatchLine>> lines)
    {
        var userIds = new UserIds();
        foreach (ref readonly var line in lines)
        {
            if (!line.Is(out var push, out _))
            {
                continue;
            }

            if (push.HasOneUser)
            {
                userIds.Add(push.Target.UserId);
            }

            foreach (var userId in push.Users.Span)
            {
                userIds.Add(userId);
            }
        }

        userIds.MakeDistinct();
        return userIds;
    }
}
