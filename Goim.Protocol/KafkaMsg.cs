using System.Buffers;
using System.Buffers.Text;

namespace Goim.Protocol;

/// <summary>
/// Writes the value of a push record: byte for byte the JSON that Go's <c>encoding/json</c> writes for goim's <c>KafkaMsg</c>.
/// </summary>
/// <remarks>
/// <c>{"op":…,"roomid":int32,"server":int32,"subkeys":["{uid}_{seq}",…],"msg":"base64","ensure":true}</c>. The members roomid, server,
/// subkeys and ensure are omitted when they are zero, empty or false (goim libs/proto/kafka.go, <c>omitempty</c>). A tail may follow
/// (<see cref="RecordTail"/>), which goim does not have. <see cref="ControlRecord"/> writes the records with other ops.
/// </remarks>
public static class KafkaMsg
{
    /// <summary>Value of <c>op</c> in a record for some connections of one comet server (goim libs/define/kafka.go).</summary>
    public const string Multiple = "multiple";

    /// <summary>Value of <c>op</c> in a record for every connection.</summary>
    public const string Broadcast = "broadcast";

    /// <summary>Value of <c>op</c> in a record for one room.</summary>
    public const string BroadcastRoom = "broadcast_room";

    /// <summary>Value of <c>op</c> in a record that disconnects connections of one comet server. goim does not have it.</summary>
    public const string Kick = "kick";

    /// <summary>Value of <c>op</c> in a record by which connections leave a room. goim does not have it.</summary>
    public const string LeaveRoom = "leave_room";

    /// <summary>Value of <c>op</c> in a record by which connections join a room. goim does not have it.</summary>
    public const string JoinRoom = "join_room";

    /// <summary>Maximum number of bytes that <see cref="FormatSubKey"/> writes.</summary>
    public const int MaxSubKeyLength = SubKey.MaxLength + 3;

    private static ReadOnlySpan<byte> MultipleStart => "{\"op\":\"multiple\""u8;
    private static ReadOnlySpan<byte> BroadcastStart => "{\"op\":\"broadcast\""u8;
    private static ReadOnlySpan<byte> BroadcastRoomStart => "{\"op\":\"broadcast_room\""u8;
    private static ReadOnlySpan<byte> RoomMember => ",\"roomid\":"u8;
    private static ReadOnlySpan<byte> ServerMember => ",\"server\":"u8;
    private static ReadOnlySpan<byte> SubKeysMember => ",\"subkeys\":["u8;
    private static ReadOnlySpan<byte> MsgMember => ",\"msg\":\""u8;
    private static ReadOnlySpan<byte> EnsureMember => ",\"ensure\":true"u8;

    /// <summary>
    /// Bytes of a <c>multiple</c> record without its sub keys. Each sub key adds the number of bytes that
    /// <see cref="FormatSubKey"/> returns.
    /// </summary>
    public static long MultipleLength(int server, long msgLength) =>
        MultipleStart.Length + IntLength(ServerMember, server) + SubKeysMember.Length + MsgLength(msgLength) + 1;

    /// <summary>Writes a sub key as it appears in a record, <c>"42_1",</c> with the comma, and returns the number of bytes.</summary>
    /// <param name="key">The sub key.</param>
    /// <param name="destination">At least <see cref="MaxSubKeyLength"/> bytes.</param>
    public static int FormatSubKey(SubKey key, Span<byte> destination)
    {
        destination[0] = (byte)'"';
        var end = key.Format(destination[1..]) + 1;
        destination[end] = (byte)'"';
        destination[end + 1] = (byte)',';
        return end + 2;
    }

    /// <summary>Bytes of a <c>broadcast</c> record.</summary>
    public static long BroadcastLength(long msgLength) => BroadcastStart.Length + MsgLength(msgLength) + 1;

    /// <summary>Bytes of a <c>broadcast_room</c> record.</summary>
    public static long BroadcastRoomLength(int roomId, long msgLength, bool ensure) =>
        BroadcastRoomStart.Length + IntLength(RoomMember, roomId) + MsgLength(msgLength) + (ensure ? EnsureMember.Length : 0) + 1;

    /// <summary>Writes a record for some connections of one comet server.</summary>
    /// <param name="output">Receives the record.</param>
    /// <param name="server">Comet server id. 0 is omitted.</param>
    /// <param name="subKeys">The connections: the output of <see cref="FormatSubKey"/> for each, concatenated. Omitted when empty.</param>
    /// <param name="msg">Any bytes.</param>
    /// <param name="tail">What follows, as <see cref="RecordTail"/> writes it; or empty.</param>
    public static void WriteMultiple(
        IBufferWriter<byte> output, int server, ReadOnlySpan<byte> subKeys, ReadOnlySpan<byte> msg, ReadOnlySpan<byte> tail = default)
    {
        var buffer = output.GetSpan(checked((int)MultipleLength(server, msg.Length) + subKeys.Length + tail.Length));
        var end = AppendInt(buffer, Append(buffer, 0, MultipleStart), ServerMember, server);
        if (!subKeys.IsEmpty)
        {
            end = Append(buffer, Append(buffer, end, SubKeysMember), subKeys);
            buffer[end - 1] = (byte)']'; // Replaces the last comma.
        }

        output.Advance(AppendEnd(buffer, AppendMsg(buffer, end, msg), tail));
    }

    /// <summary>Writes a record for every connection.</summary>
    /// <param name="output">Receives the record.</param>
    /// <param name="msg">Any bytes.</param>
    /// <param name="tail">What follows, as <see cref="RecordTail"/> writes it; or empty.</param>
    public static void WriteBroadcast(IBufferWriter<byte> output, ReadOnlySpan<byte> msg, ReadOnlySpan<byte> tail = default)
    {
        var buffer = output.GetSpan(checked((int)BroadcastLength(msg.Length) + tail.Length));
        var end = AppendMsg(buffer, Append(buffer, 0, BroadcastStart), msg);
        output.Advance(AppendEnd(buffer, end, tail));
    }

    /// <summary>Writes a record for one room.</summary>
    /// <param name="output">Receives the record.</param>
    /// <param name="roomId">0 is omitted.</param>
    /// <param name="msg">Any bytes.</param>
    /// <param name="ensure">False is omitted.</param>
    /// <param name="tail">What follows, as <see cref="RecordTail"/> writes it; or empty.</param>
    public static void WriteBroadcastRoom(
        IBufferWriter<byte> output, int roomId, ReadOnlySpan<byte> msg, bool ensure, ReadOnlySpan<byte> tail = default)
    {
        var buffer = output.GetSpan(checked((int)BroadcastRoomLength(roomId, msg.Length, ensure) + tail.Length));
        var end = Append(buffer, 0, BroadcastRoomStart);
        end = AppendInt(buffer, end, RoomMember, roomId);
        end = AppendMsg(buffer, end, msg);
        if (ensure)
        {
            end = Append(buffer, end, EnsureMember);
        }

        output.Advance(AppendEnd(buffer, end, tail));
    }

    private static long MsgLength(long msgLength) => MsgMember.Length + ((msgLength + 2) / 3 * 4) + 1;

    private static int IntLength(ReadOnlySpan<byte> member, int value) => value == 0 ? 0 : member.Length + Digits.Count(value);

    // Each Append method writes at position end of the buffer and returns the new end.
    private static int Append(Span<byte> buffer, int end, ReadOnlySpan<byte> text)
    {
        text.CopyTo(buffer[end..]);
        return end + text.Length;
    }

    private static int AppendInt(Span<byte> buffer, int end, ReadOnlySpan<byte> member, int value)
    {
        if (value == 0)
        {
            return end;
        }

        end = Append(buffer, end, member);
        Utf8Formatter.TryFormat(value, buffer[end..], out var written);
        return end + written;
    }

    private static int AppendEnd(Span<byte> buffer, int end, ReadOnlySpan<byte> tail)
    {
        end = Append(buffer, end, tail);
        buffer[end] = (byte)'}';
        return end + 1;
    }

    private static int AppendMsg(Span<byte> buffer, int end, ReadOnlySpan<byte> msg)
    {
        end = Append(buffer, end, MsgMember);
        Base64.EncodeToUtf8(msg, buffer[end..], out _, out var written);
        buffer[end + written] = (byte)'"';
        return end + written + 1;
    }
}
