using Goim.Protocol;
using Google.Protobuf.Collections;

namespace Goim.Router.Memory;

/// <summary>Reads the sessions of a bucket's users.</summary>
/// <param name="gate">The bucket's lock.</param>
/// <param name="users">What it guards.</param>
internal readonly struct BucketLookup(Lock gate, Users users)
{
    /// <summary>Most users that are looked up under the lock at once.</summary>
    private const int MaxUsersAtOnce = 64;

    /// <summary>Appends the user's sessions to <paramref name="seqs"/> and <paramref name="servers"/>, in ascending order of seq.</summary>
    /// <returns>The number of sessions. If it is above <paramref name="max"/>, none was appended.</returns>
    public int Get(long userId, RepeatedField<int> seqs, RepeatedField<int> servers, int max)
    {
        var (start, count) = (seqs.Count, 0);
        lock (gate)
        {
            count = users.Get(users.Sessions.FindHead(userId), seqs, servers, max);
        }

        SeqOrder.Sort(seqs, servers, start, seqs.Count - start);
        return count;
    }

    /// <summary>Appends the sessions of users to an answer, each user's in ascending order of seq.</summary>
    /// <param name="userIds">The users. As many of the first ones are read as can be without a pause for other calls.</param>
    /// <param name="reply">The answer.</param>
    /// <param name="maxSessions">Maximum number of sessions of the answer.</param>
    /// <returns>How many of the users are read; 0 if the answer would have too many sessions.</returns>
    public int Get(ReadOnlySpan<long> userIds, PackedMGetReply reply, int maxSessions)
    {
        var (first, firstSeq) = (reply.Counts.Count, reply.Seqs.Count);
        Span<int> heads = stackalloc int[Math.Min(userIds.Length, MaxUsersAtOnce)];
        lock (gate)
        {
            SessionHeads.Find(users.Sessions, userIds[..heads.Length], heads);
            foreach (var head in heads)
            {
                var max = maxSessions - reply.Seqs.Count;
                var count = users.Get(head, reply.Seqs, reply.Servers, max);
                if (count > max)
                {
                    return 0;
                }

                reply.Counts.Add(count);
                if (reply.Seqs.Count - firstSeq > Slice.Size)
                {
                    break;
                }
            }
        }

        for (var (i, start) = (first, firstSeq); i < reply.Counts.Count; start += reply.Counts[i++])
        {
            SeqOrder.Sort(reply.Seqs, reply.Servers, start, reply.Counts[i]);
        }

        return reply.Counts.Count - first;
    }
}
