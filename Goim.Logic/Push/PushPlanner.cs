using Goim.Protocol;

namespace Goim.Logic.Push;

/// <summary>Turns the sessions of the users of one push into records: one per comet server, more where a record would grow too large.</summary>
/// <remarks>goim logic/router.go genSubKey and divideNode; goim's record has no limit and is lost when Kafka refuses it.</remarks>
internal sealed class PushPlanner(RecordSize size)
{
    // Keeps the order in which servers and sub keys were met.
    private readonly Dictionary<int, List<SubKey>> subKeysByServer = [];
    private List<long> offline = [];
    private long sessionCount;

    public void Add(long userId, GetReply sessions)
    {
        if (sessions.Seqs.Count == 0)
        {
            offline.Add(userId);
            return;
        }

        sessionCount += sessions.Seqs.Count;
        for (var i = 0; i < sessions.Seqs.Count; i++)
        {
            var server = sessions.Servers[i];
            if (!subKeysByServer.TryGetValue(server, out var subKeys))
            {
                subKeysByServer.Add(server, subKeys = []);
            }

            subKeys.Add(new SubKey(userId, sessions.Seqs[i]));
        }
    }

    /// <summary>Brings the users without a session, who come node by node, into the order of <paramref name="userIds"/>.</summary>
    public void SortOffline(ReadOnlyMemory<long> userIds)
    {
        var without = offline.ToHashSet();
        offline = new List<long>(without.Count);
        foreach (var userId in userIds.Span)
        {
            if (without.Contains(userId))
            {
                offline.Add(userId);
            }
        }
    }

    /// <summary>The plan, or the problem that the message leaves no room for a sub key.</summary>
    public Outcome<PushPlan> Plan(ReadOnlyMemory<byte> message)
    {
        var records = new List<PushRecord>(subKeysByServer.Count);
        foreach (var (server, list) in subKeysByServer)
        {
            ReadOnlyMemory<SubKey> subKeys = list.ToArray();
            var empty = KafkaMsg.MultipleLength(server, message.Length);
            var start = 0;
            var length = empty;
            for (var i = 0; i < subKeys.Length; i++)
            {
                var added = KafkaMsg.SubKeyLength(subKeys.Span[i]);
                if (empty + added > size.MaxValueBytes)
                {
                    return size.TooLarge(message.Length);
                }

                if (length + added > size.MaxValueBytes)
                {
                    records.Add(PushRecord.Multiple(server, subKeys[start..i], message, length));
                    (start, length) = (i, empty);
                }

                length += added;
            }

            records.Add(PushRecord.Multiple(server, subKeys[start..], message, length));
        }

        return RecordSize.TooMuch(records) is { } problem ? problem : new PushPlan([.. records], new PushReach(sessionCount, subKeysByServer.Count, offline));
    }
}
