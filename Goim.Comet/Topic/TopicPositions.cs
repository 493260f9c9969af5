using Confluent.Kafka;

namespace Goim.Comet.Topic;

/// <summary>Where the reading of each partition goes on. Only the reader's thread changes it.</summary>
/// <param name="topic">The push topic.</param>
internal sealed class TopicPositions(string topic)
{
    /// <summary>The next offset of each partition; <see cref="Offset.Beginning"/> where it is not known yet.</summary>
    private long[] next = [];

    /// <summary>Number of partitions that are read.</summary>
    public int Count => next.Length;

    /// <summary>All partitions, each where its reading goes on.</summary>
    public IEnumerable<TopicPartitionOffset> All => From(0);

    /// <summary>Begins with these offsets. All partitions of the topic are among them.</summary>
    public void Begin(IReadOnlyList<TopicPartitionOffset> offsets)
    {
        next = new long[offsets.Count];
        foreach (var each in offsets)
        {
            next[each.Partition.Value] = each.Offset.Value;
        }
    }

    /// <summary>A record was read.</summary>
    public void Read(int partition, long offset) => Volatile.Write(ref next[partition], offset + 1);

    /// <summary>Whether all records before these offsets have been read. May be asked by any thread.</summary>
    public bool HasRead(IReadOnlyList<TopicPartitionOffset> ends)
    {
        var now = Volatile.Read(ref next);
        foreach (var end in ends)
        {
            // A new partition has no position before its first record.
            if (end.Offset.Value > 0
                && (end.Partition.Value >= now.Length || Volatile.Read(ref now[end.Partition.Value]) < end.Offset.Value))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Reads a partition from its beginning, and gives the offset where it was.</summary>
    public long Reset(int partition)
    {
        var was = next[partition];
        next[partition] = Offset.Beginning;
        return was;
    }

    /// <summary>The topic has more partitions now. Returns the new ones, to be read from their beginning.</summary>
    /// <param name="count">More than before.</param>
    public IEnumerable<TopicPartitionOffset> Grow(int count)
    {
        var before = next.Length;
        var grown = new long[count];
        next.CopyTo(grown, 0);
        grown.AsSpan(before).Fill(Offset.Beginning);
        Volatile.Write(ref next, grown);
        return From(before);
    }

    private IEnumerable<TopicPartitionOffset> From(int first)
    {
        for (var partition = first; partition < next.Length; partition++)
        {
            yield return new TopicPartitionOffset(topic, partition, next[partition]);
        }
    }
}
