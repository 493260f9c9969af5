using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Goim.Protocol;

namespace Goim.Logic.Delivery;

/// <summary>One record of a push. Its value is written when it is needed.</summary>
public readonly struct PushRecord
{
    private readonly string op;
    private readonly int id;
    private readonly bool ensure;
    private readonly ReadOnlyMemory<byte> subKeys;
    private readonly ReadOnlyMemory<byte> message;

    private PushRecord(string op, int id, bool ensure, ReadOnlyMemory<byte> subKeys, ReadOnlyMemory<byte> message, long length)
    {
        this.op = op;
        this.id = id;
        this.ensure = ensure;
        this.subKeys = subKeys;
        this.message = message;
        Length = length;
    }

    /// <summary>Bytes of the value, exactly.</summary>
    public long Length { get; }

    /// <summary>
    /// The record's key: the room of a <c>broadcast_room</c> record, 4 bytes big-endian on the wire. Null for other records.
    /// </summary>
    public int? Key => op == KafkaMsg.BroadcastRoom ? id : null;

    /// <summary>A record for some connections of one comet server.</summary>
    /// <param name="server">Comet server id.</param>
    /// <param name="subKeys">The connections, as <see cref="KafkaMsg.FormatSubKey"/> writes them.</param>
    /// <param name="message">Message bytes, any.</param>
    public static PushRecord Multiple(int server, ReadOnlyMemory<byte> subKeys, ReadOnlyMemory<byte> message) =>
        new(KafkaMsg.Multiple, server, false, subKeys, message, KafkaMsg.MultipleLength(server, message.Length) + subKeys.Length);

    /// <summary>A record for every connection.</summary>
    public static PushRecord Broadcast(ReadOnlyMemory<byte> message) =>
        new(KafkaMsg.Broadcast, 0, false, default, message, KafkaMsg.BroadcastLength(message.Length));

    /// <summary>A record for the connections in one room.</summary>
    public static PushRecord BroadcastRoom(int roomId, bool ensure, ReadOnlyMemory<byte> message) =>
        new(KafkaMsg.BroadcastRoom, roomId, ensure, default, message, KafkaMsg.BroadcastRoomLength(roomId, message.Length, ensure));

    /// <summary>The record's value as text: JSON of ASCII characters.</summary>
    public string ToText()
    {
        var bytes = ArrayPool<byte>.Shared.Rent((int)Length);
        WriteTo(new ExactBuffer(bytes));
        var text = Encoding.ASCII.GetString(bytes.AsSpan(0, (int)Length));
        ArrayPool<byte>.Shared.Return(bytes);
        return text;
    }

    /// <summary>Writes the record's value, UTF-8 JSON.</summary>
    public void WriteTo(IBufferWriter<byte> output)
    {
        switch (op)
        {
            case KafkaMsg.Multiple:
                KafkaMsg.WriteMultiple(output, id, subKeys.Span, message.Span);
                break;
            case KafkaMsg.BroadcastRoom:
                KafkaMsg.WriteBroadcastRoom(output, id, message.Span, ensure);
                break;
            default:
                KafkaMsg.WriteBroadcast(output, message.Span);
                break;
        }
    }

    /// <summary>The key's bytes on the wire. Null for a record without a key.</summary>
    internal byte[]? KeyBytes()
    {
        if (Key is not { } room)
        {
            return null;
        }

        var key = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(key, room);
        return key;
    }

    /// <summary>The record's value in a new array.</summary>
    internal byte[] ToBytes()
    {
        var bytes = new byte[(int)Length];
        WriteTo(new ExactBuffer(bytes));
        return bytes;
    }

    // Takes one write, whose length is known.
    private sealed class ExactBuffer(byte[] bytes) : IBufferWriter<byte>
    {
        public void Advance(int count)
        {
        }

        public Memory<byte> GetMemory(int sizeHint = 0) => bytes;

        public Span<byte> GetSpan(int sizeHint = 0) => bytes;
    }
}
