using Goim.Logic.Routing.Nodes;
using Goim.Protocol;

namespace Goim.Logic.Routing.Lookup;

/// <summary>The sessions of many users, as far as the nodes answered. Dispose it when the sessions have been read.</summary>
/// <param name="nodes">Owners of the users.</param>
/// <param name="users">Node by node. Each node's users are in the order in which they were asked for.</param>
/// <param name="failures">Nodes that failed a call.</param>
/// <param name="unknown">Users whom a cold node does not know. Null if there are none.</param>
/// <param name="buffers">Memory that <paramref name="users"/> refer to.</param>
internal sealed class FoundSessions(
    RingNodes nodes, PackedUsers[] users, NodeFailure[] failures, UnknownUsers? unknown, params IDisposable?[] buffers) : IDisposable
{
    public PackedUsers[] Users => users;

    /// <summary>The problem of nodes that failed. Null if every node answered.</summary>
    /// <param name="consequence">The end of the sentence: what the failure means to the caller.</param>
    public Problem? Problem(string consequence) =>
        failures.Length > 0 ? NodeFailure.Problem(failures, consequence)
        : unknown is not null ? NodeFailure.Problem(unknown.Failures, consequence)
        : null;

    /// <summary>The problem of nodes that failed and own one of these users. Null if the sessions of all these users are known.</summary>
    /// <param name="userIds">Some of the users that were looked up.</param>
    /// <param name="consequence">The end of the sentence: what the failure means to the caller.</param>
    public Problem? ProblemOf(ReadOnlySpan<long> userIds, string consequence)
    {
        foreach (var userId in userIds)
        {
            if (unknown?.Contains(userId) is true)
            {
                return NodeFailure.Problem(unknown.Failures, consequence);
            }
        }

        if (failures.Length == 0)
        {
            return null;
        }

        var owners = new HashSet<string>();
        foreach (var userId in userIds)
        {
            owners.Add(nodes.OwnerOf(userId).Name);
            if (nodes.PreviousOwnerOf(userId) is { } before)
            {
                owners.Add(before.Name);
            }
        }

        var own = failures.Where(failure => owners.Contains(failure.Node)).ToArray();
        return own.Length == 0 ? null : NodeFailure.Problem(own, consequence);
    }

    /// <summary>Why the sessions of a user are not known. Null if they are.</summary>
    public NodeFailure? FailureOf(long userId)
    {
        if (unknown?.Contains(userId) is true)
        {
            return unknown.Failures[0];
        }

        foreach (var failure in failures)
        {
            if (failure.Node == nodes.OwnerOf(userId).Name || failure.Node == nodes.PreviousOwnerOf(userId)?.Name)
            {
                return failure;
            }
        }

        return null;
    }

    /// <summary>Each user's sessions.</summary>
    /// <exception cref="OperationCanceledException">The caller left.</exception>
    public Dictionary<long, UserSessions> ByUser(CancellationToken cancellationToken)
    {
        var sessions = new Dictionary<long, UserSessions>(
            users.Sum(answer => answer.UserIds.Length), SeededLongComparer.Instance);
        foreach (var (userId, each) in users.SelectMany(answer => answer.Each()))
        {
            cancellationToken.ThrowIfCancellationRequested();
            sessions.Add(userId, each);
        }

        return sessions;
    }

    public void Dispose() => Array.ForEach(buffers, static buffer => buffer?.Dispose());
}
