namespace Goim.Logic.Routing;

/// <summary>The sessions of many users, as far as the nodes answered; to be disposed of when they have been read.</summary>
/// <param name="nodes">Who owns whom.</param>
/// <param name="users">Node by node, each node's users in the order asked.</param>
/// <param name="failures">Nodes that failed, wholly or in part.</param>
/// <param name="buffers">What <paramref name="users"/> refer to.</param>
internal sealed class SessionsFound(RouterNodes nodes, PackedUsers[] users, NodeFailure[] failures, params UsersByNode?[] buffers) : IDisposable
{
    public PackedUsers[] Users => users;

    public NodeFailure[] Failures => failures;

    /// <summary>The failures of nodes that would know a user; none if its sessions are known whole.</summary>
    public IEnumerable<NodeFailure> FailuresOf(long userId)
    {
        var (owner, before) = (nodes.OwnerOf(userId).Name, nodes.PreviousOwnerOf(userId)?.Name);
        return failures.Where(failure => failure.Node == owner || failure.Node == before);
    }

    /// <summary>Each user's sessions.</summary>
    public Dictionary<long, UserSessions> ByUser()
    {
        var sessions = new Dictionary<long, UserSessions>(users.Sum(answer => answer.UserIds.Length));
        foreach (var (userId, each) in users.SelectMany(answer => answer.Each()))
        {
            sessions.Add(userId, each);
        }

        return sessions;
    }

    public void Dispose() => Array.ForEach(buffers, buffer => buffer?.Dispose());
}
