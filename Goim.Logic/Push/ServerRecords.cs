using System.Buffers;
using Goim.Protocol;

namespace Goim.Logic.Push;

/// <summary>The records of one push for one comet server: sub keys are written as they come, and a record ends when no more fit.</summary>
/// <param name="server">The server.</param>
/// <param name="maxBytes">Of sub keys in one record.</param>
/// <param name="message">Of every record.</param>
internal sealed class ServerRecords(int server, long maxBytes, ReadOnlyMemory<byte> message)
{
    private const int First = 256;

    private byte[] buffer = ArrayPool<byte>.Shared.Rent(First);
    private int length;
    private List<PushRecord>? full;

    public int Server => server;

    /// <summary>How many records they are.</summary>
    public int Count => (full?.Count ?? 0) + 1;

    /// <summary>False if the message leaves no room for the sub key.</summary>
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

    /// <summary>Gives the records, in order; no more can be added.</summary>
    public void End(Span<PushRecord> records)
    {
        full?.CopyTo(records);
        records[Count - 1] = Record();
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
    }

    private PushRecord Record() => PushRecord.Multiple(server, buffer.AsSpan(0, length).ToArray(), message);

    private void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }
}
