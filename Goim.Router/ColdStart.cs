using Goim.Protocol;
using Grpc.Core;

namespace Goim.Router;

/// <summary>
/// Refuses what a node cannot know while it is cold (<c>RouterNode__ColdStart</c>): its memory is new, and comets are still restoring their
/// connections.
/// </summary>
internal sealed class ColdStart(ISessions sessions)
{
    /// <summary>Refuses a question about all users.</summary>
    /// <exception cref="RpcException">Unavailable: the node is cold.</exception>
    public void RequireWarm()
    {
        if (sessions.ColdMs is > 0 and var left)
        {
            throw Refusals.Cold(left);
        }
    }

    /// <summary>Refuses a question about users that the node does not know.</summary>
    /// <exception cref="RpcException">Unavailable: the node is cold and does not know one of them.</exception>
    public void RequireKnown(IReadOnlyList<long> userIds)
    {
        if (sessions.ColdMs is not (> 0 and var left))
        {
            return;
        }

        for (var i = 0; i < userIds.Count; i++)
        {
            if (!sessions.Knows(userIds[i]))
            {
                throw Refusals.Cold(left);
            }
        }
    }

    /// <summary>As <see cref="RequireKnown(IReadOnlyList{long})"/>, for one user.</summary>
    public void RequireKnown(long userId)
    {
        if (sessions.ColdMs is > 0 and var left && !sessions.Knows(userId))
        {
            throw Refusals.Cold(left);
        }
    }

    /// <summary>Sets the count of each user that the node does not know to -1.</summary>
    public void MarkUnknown(IReadOnlyList<long> userIds, PackedMGetReply reply)
    {
        for (var i = 0; i < userIds.Count; i++)
        {
            if (reply.Counts[i] == 0 && !sessions.Knows(userIds[i]))
            {
                reply.Counts[i] = -1;
                reply.ColdMs = Math.Max(1, sessions.ColdMs);
            }
        }
    }
}
