using System.Buffers;
using System.Text;
using Goim.Protocol;

namespace Goim.Logic.Delivery;

/// <summary>One record of a push. Its value is written when it is needed.</summary>
public readonly struct PushRecord
{
    // A byte, not the op's name: a push has an array of records.
    private readonly Form form;
    private readonly bool ensure;
    private readonly int id;
    private readonly ReadOnlyMemory<byte> subKeys;

    // Of a control record: its whole value.
    private readonly ReadOnlyMemory<byte> message;
    private readonly byte[]? tail;

    private PushRecord(
        Form form, int id, bool ensure, ReadOnlyMemory<byte> subKeys, ReadOnlyMemory<byte> message, byte[]? tail, long length)
    {
        this.form = form;
        this.id = id;
        this.ensure = ensure;
        this.subKeys = subKeys;
        this.message = message;
        this.tail = tail;
        Length = length + (tail?.Length ?? 0);
    }

    private enum Form : byte
    {
        Control,
        KeyedControl,
        Multiple,
        Broadcast,
        BroadcastRoom,
    }

    /// <summary>Bytes of the value, exactly.</summary>
    public long Length { get; }

    /// <summary>
    /// The record's key: the room of a <c>broadcast_room</c>, <c>leave_room</c> or <c>join_room</c> record, 4 bytes big-endian on the wire.
    /// Null for other records.
    /// </summary>
    public int? Key => form is Form.BroadcastRoom or Form.KeyedControl ? id : null;

    /// <summary>A record for some connections of one comet server.</summary>
    /// <param name="server">Comet server id.</param>
    /// <param name="subKeys">The connections, as <see cref="KafkaMsg.FormatSubKey"/> writes them.</param>
    /// <param name="message">Message bytes, any.</param>
    /// <param name="tail">What follows, as <see cref="RecordTail"/> writes it. Null for nothing.</param>
    public static PushRecord Multiple(
        int server, ReadOnlyMemory<byte> subKeys, ReadOnlyMemory<byte> message, byte[]? tail = null) => new(
        Form.Multiple, server, false, subKeys, message, tail, KafkaMsg.MultipleLength(server, message.Length) + subKeys.Length);

    /// <summary>A record for every connection.</summary>
    public static PushRecord Broadcast(ReadOnlyMemory<byte> message, byte[]? tail = null) =>
        new(Form.Broadcast, 0, false, default, message, tail, KafkaMsg.BroadcastLength(message.Length));

    /// <summary>A record for the connections in one room.</summary>
    public static PushRecord BroadcastRoom(int roomId, bool ensure, ReadOnlyMemory<byte> message, byte[]? tail = null) => new(
        Form.BroadcastRoom, roomId, ensure, default, message, tail, KafkaMsg.BroadcastRoomLength(roomId, message.Length, ensure));

    /// <summary>A record that disconnects connections of one comet server.</summary>
    /// <param name="server">Comet server id.</param>
    /// <param name="subKeys">The connections. Empty for all of the server.</param>
    /// <param name="reason">UTF-8 text for the clients, or empty.</param>
    public static PushRecord Kick(int server, ReadOnlySpan<SubKey> subKeys, ReadOnlySpan<byte> reason) =>
        OfValue(Form.Control, 0, ControlRecord.WriteKick(server, subKeys, reason));

    /// <summary>A record by which a connection leaves a room.</summary>
    public static PushRecord LeaveRoom(int server, SubKey key, int roomId) => OfRoom(KafkaMsg.LeaveRoom, server, key, roomId);

    /// <summary>A record by which a connection joins a room.</summary>
    public static PushRecord JoinRoom(int server, SubKey key, int roomId) => OfRoom(KafkaMsg.JoinRoom, server, key, roomId);

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
        switch (form)
        {
            case Form.Multiple:
                KafkaMsg.WriteMultiple(output, id, subKeys.Span, message.Span, tail);
                break;
            case Form.BroadcastRoom:
                KafkaMsg.WriteBroadcastRoom(output, id, message.Span, ensure, tail);
                break;
            case Form.Broadcast:
                KafkaMsg.WriteBroadcast(output, message.Span, tail);
                break;
            default:
                output.Write(message.Span);
                break;
        }
    }

    private static PushRecord OfRoom(string op, int server, SubKey key, int roomId) =>
        OfValue(Form.KeyedControl, roomId, ControlRecord.WriteRoom(op, server, key, roomId));

    private static PushRecord OfValue(Form form, int id, byte[] value) => new(form, id, false, default, value, null, value.Length);

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
