using System.Buffers;
using System.Buffers.Binary;
using Confluent.Kafka;

namespace Goim.Logic.Delivery;

/// <summary>
/// librdkafka's message of one record after the other, in memory that is used again: librdkafka copies what it takes. Its client takes
/// whole arrays only, so an array is kept for each of the lengths that occurred last.
/// </summary>
internal sealed class RecordMessage : IBufferWriter<byte>
{
    private const int Arrays = 64;
    private const int MaxKeptBytes = 4 * 1024;

    private readonly Message<byte[]?, byte[]> message = new();
    private readonly Headers none = []; // Confluent's client would make its own for each record.
    private readonly byte[] key = new byte[sizeof(int)];
    private readonly byte[]?[] values = new byte[]?[Arrays];

    /// <summary>The message of a record, until the next call.</summary>
    /// <param name="record">The record.</param>
    /// <param name="headers">Null for none.</param>
    public Message<byte[]?, byte[]> Of(in PushRecord record, Headers? headers)
    {
        message.Key = null;
        if (record.Key is { } room)
        {
            BinaryPrimitives.WriteInt32BigEndian(key, room);
            message.Key = key;
        }

        message.Headers = headers ?? none;
        message.Value = ArrayOf((int)record.Length);
        record.WriteTo(this);
        return message;
    }

    /// <summary>Lets go of the last record.</summary>
    public void Clear() => (message.Key, message.Value, message.Headers) = (null, [], none);

    void IBufferWriter<byte>.Advance(int count)
    {
    }

    // Takes one write, whose length is known.
    Memory<byte> IBufferWriter<byte>.GetMemory(int sizeHint) => message.Value;

    Span<byte> IBufferWriter<byte>.GetSpan(int sizeHint) => message.Value;

    private byte[] ArrayOf(int length)
    {
        ref var kept = ref values[length % Arrays];
        return kept?.Length == length ? kept
            : length > MaxKeptBytes ? GC.AllocateUninitializedArray<byte>(length)
            : kept = new byte[length];
    }
}
