using Goim.Protocol;
using Google.Protobuf;
using Google.Protobuf.Collections;

namespace Goim.Logic.Routing;

/// <summary>The sessions of one user, by seq. Refers to a part of a node's answer.</summary>
public readonly struct UserSessions
{
    private readonly RepeatedField<int>? seqs;
    private readonly RepeatedField<int>? servers;
    private readonly int start;

    /// <summary>Takes one user's sessions out of an answer for several users.</summary>
    /// <param name="seqs">Numbers of all sessions.</param>
    /// <param name="servers">Comet server of each session.</param>
    /// <param name="start">Index of this user's first session.</param>
    /// <param name="count">How many sessions this user has.</param>
    public UserSessions(RepeatedField<int> seqs, RepeatedField<int> servers, int start, int count) =>
        (this.seqs, this.servers, this.start, Count) = (seqs, servers, start, count);

    /// <summary>Takes an answer for one user.</summary>
    public UserSessions(GetReply reply)
        : this(reply.Seqs, reply.Servers, 0, reply.Seqs.Count)
    {
    }

    /// <summary>Number of sessions.</summary>
    public int Count { get; }

    /// <summary>Each session's seq, ascending unless the answers of two nodes are merged.</summary>
    public ReadOnlySpan<int> Seqs => UnsafeCollectionOperations.AsSpan(seqs).Slice(start, Count);

    /// <summary>The highest seq that is at most <paramref name="max"/>; 0 for none.</summary>
    internal int HighestSeq(int max)
    {
        var highest = 0;
        foreach (var seq in Seqs)
        {
            highest = seq <= max ? Math.Max(highest, seq) : highest;
        }

        return highest;
    }

    /// <summary>Each session's comet server.</summary>
    public ReadOnlySpan<int> Servers => UnsafeCollectionOperations.AsSpan(servers).Slice(start, Count);

    /// <summary>Merges what both nodes of a user know. Each session is listed once.</summary>
    internal static UserSessions Merged(params ReadOnlySpan<UserSessions> answers)
    {
        var merged = new GetReply();

        // A seq and its server.
        var seen = new HashSet<long>(SeededLongComparer.Instance);
        foreach (var answer in answers)
        {
            for (var i = 0; i < answer.Count; i++)
            {
                if (seen.Add(((long)answer.Seqs[i] << 32) | (uint)answer.Servers[i]))
                {
                    merged.Seqs.Add(answer.Seqs[i]);
                    merged.Servers.Add(answer.Servers[i]);
                }
            }
        }

        return new UserSessions(merged);
    }
}
