using Goim.Logic.Routing.Nodes;
using Grpc.Core;

namespace Goim.Logic.Routing.Lookup;

/// <summary>Users whom a cold node does not know, so that it is not known whether they have sessions.</summary>
/// <param name="userIds">The users, ascending.</param>
/// <param name="failures">One for each node that does not know some of them.</param>
internal sealed class UnknownUsers(long[] userIds, NodeFailure[] failures)
{
    public IReadOnlyList<NodeFailure> Failures => failures;

    public bool Contains(long userId) => Array.BinarySearch(userIds, userId) >= 0;

    /// <summary>Collects the users that are unknown, and sets their counts to 0. Null if there are none.</summary>
    public static UnknownUsers? TakeFrom(BatchLookup.BatchReply[] answers)
    {
        List<long>? unknown = null;
        Dictionary<string, NodeFailure>? failures = null;
        foreach (var answer in answers)
        {
            if (answer.Reply is not { ColdMs: > 0 and var left } reply)
            {
                continue;
            }

            for (var i = 0; i < reply.Counts.Count; i++)
            {
                if (reply.Counts[i] == PackedReply.Unknown)
                {
                    reply.Counts[i] = 0;
                    (unknown ??= []).Add(answer.UserIds.Span[i]);
                    (failures ??= [])[answer.Node] = Failure(answer.Node, left);
                }
            }
        }

        unknown?.Sort();
        return unknown is null ? null : new UnknownUsers([.. unknown], [.. failures!.Values]);
    }

    /// <summary>The failure of a lookup of a user whom a cold node does not know.</summary>
    public static NodeFailure Failure(string node, long leftMs) =>
        new(node, StatusCode.Unavailable) { ColdMs = (int)Math.Min(int.MaxValue, leftMs) };
}
