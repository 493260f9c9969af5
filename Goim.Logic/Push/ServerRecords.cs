using System.Buffers;
using Goim.Logic.Delivery;
using Goim.Protocol;

namespace Goim.Logic.Push;

/// <summary>The records of one push for one comet server. A record that is full is followed by another.</summary>
/// <param name="server">The server.</param>
/// <param name="maxBytes">Most bytes of sub keys in one record.</param>
/// <param name="message">The message of every record.</param>
/// <param name="tail">What follows in every record, or null.</param>
internal sealed class ServerRecords(int server, long maxBytes, ReadOnlyMemory<byte> message, byte[]? tail)
{
    private const int InitialBytes = 256;

    private byte[] buffer = ArrayPool<byte>.Shared.Rent(InitialBytes);
    private int length;
    private List<PushRecord>? full;

    public int Server => server;

    /// <summary>The server that occurs next in the push. Null for the last one.</summary>
    public ServerRecords? Next { get; set; }

    /// <summary>Number of records.</summary>
    public int Count => (full?.Count ?? 0) + 1;

    /// <summary>Adds a sub key. False if the message leaves no room for it.</summary>
    public bool TryAdd(SubKey subKey)
    {
        if (buffer.Length - length < KafkaMsg.MaxSubKeyLength)
        {
            Grow();
        }

        var added = KafkaMsg.FormatSubKey(subKey, buffer.AsSpan(length));
        if (length + added > maxBytes)
        {
            if (added > maxBytes)
            {
                return false;
            }

            (full ??= []).Add(Record());
            buffer.AsSpan(length, added).CopyTo(buffer);
            length = 0;
        }

        length += added;
        return true;
    }

    /// <summary>Writes the records, in order. No sub key can be added afterwards.</summary>
    public void End(Span<PushRecord> records)
    {
        full?.CopyTo(records);
        records[Count - 1] = Record();
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
    }

    private PushRecord Record() => PushRecord.Multiple(server, buffer.AsSpan(0, length).ToArray(), message, tail);

    private void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }
}
