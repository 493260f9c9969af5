using Goim.Protocol;
using Google.Protobuf;
using Google.Protobuf.Collections;

namespace Goim.Logic.Routing;

/// <summary>The sessions of one user, by seq: a part of a node's answer.</summary>
public readonly struct UserSessions
{
    private readonly RepeatedField<int>? seqs;
    private readonly RepeatedField<int>? servers;
    private readonly int start;

    /// <param name="seqs">Of several users.</param>
    /// <param name="servers">As many.</param>
    /// <param name="start">Where those of this user begin.</param>
    /// <param name="count">How many they are.</param>
    public UserSessions(RepeatedField<int> seqs, RepeatedField<int> servers, int start, int count) =>
        (this.seqs, this.servers, this.start, Count) = (seqs, servers, start, count);

    public UserSessions(GetReply reply)
        : this(reply.Seqs, reply.Servers, 0, reply.Seqs.Count)
    {
    }

    /// <summary>How many sessions the user has.</summary>
    public int Count { get; }

    /// <summary>Their numbers.</summary>
    public ReadOnlySpan<int> Seqs => UnsafeCollectionOperations.AsSpan(seqs).Slice(start, Count);

    /// <summary>The comet server of each.</summary>
    public ReadOnlySpan<int> Servers => UnsafeCollectionOperations.AsSpan(servers).Slice(start, Count);

    /// <summary>The sessions of a user from both its nodes, each once.</summary>
    internal static UserSessions Merged(params ReadOnlySpan<UserSessions> answers)
    {
        var merged = new GetReply();
        var seen = new HashSet<(int Seq, int Server)>();
        foreach (var answer in answers)
        {
            for (var i = 0; i < answer.Count; i++)
            {
                if (seen.Add((answer.Seqs[i], answer.Servers[i])))
                {
                    merged.Seqs.Add(answer.Seqs[i]);
                    merged.Servers.Add(answer.Servers[i]);
                }
            }
        }

        return new UserSessions(merged);
    }
}
