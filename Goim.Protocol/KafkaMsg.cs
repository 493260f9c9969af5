using System.Buffers;
using System.Buffers.Text;

namespace Goim.Protocol;

/// <summary>
/// Writes the value of a push record: the JSON that Go's <c>encoding/json</c> gives for goim's <c>KafkaMsg</c>, byte for byte.
/// </summary>
/// <remarks>
/// <c>{"op":…,"roomid":int32,"server":int32,"subkeys":["{uid}_{seq}",…],"msg":"base64","ensure":true}</c>: roomid, server, subkeys
/// and ensure are left out when zero, empty or false (goim libs/proto/kafka.go, <c>omitempty</c>).
/// </remarks>
public static class KafkaMsg
{
    /// <summary>goim's ops (libs/define/kafka.go).</summary>
    public const string Multiple = "multiple", Broadcast = "broadcast", BroadcastRoom = "broadcast_room";

    private static ReadOnlySpan<byte> MultipleStart => "{\"op\":\"multiple\""u8;
    private static ReadOnlySpan<byte> BroadcastStart => "{\"op\":\"broadcast\""u8;
    private static ReadOnlySpan<byte> BroadcastRoomStart => "{\"op\":\"broadcast_room\""u8;
    private static ReadOnlySpan<byte> RoomMember => ",\"roomid\":"u8;
    private static ReadOnlySpan<byte> ServerMember => ",\"server\":"u8;
    private static ReadOnlySpan<byte> SubKeysMember => ",\"subkeys\":["u8;
    private static ReadOnlySpan<byte> MsgMember => ",\"msg\":\""u8;
    private static ReadOnlySpan<byte> EnsureMember => ",\"ensure\":true"u8;

    /// <summary>Bytes of a <c>multiple</c> record without a sub key; each sub key adds what <see cref="FormatSubKey"/> writes of it.</summary>
    public static long MultipleLength(int server, long msgLength) =>
        MultipleStart.Length + IntLength(ServerMember, server) + SubKeysMember.Length + MsgLength(msgLength) + 1;

    /// <summary>Most bytes that a sub key adds to its record.</summary>
    public const int MaxSubKeyLength = SubKey.MaxLength + 3;

    /// <summary>Writes a sub key as its record has it, <c>"42_1",</c>, and returns its length; <paramref name="destination"/> must hold <see cref="MaxSubKeyLength"/>.</summary>
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

    /// <summary>Writes a record for some connections of one comet.</summary>
    /// <param name="output">Takes the record.</param>
    /// <param name="server">Comet server id; 0 is left out.</param>
    /// <param name="subKeys">Connections, as <see cref="FormatSubKey"/> wrote them, one after the other; left out when empty.</param>
    /// <param name="msg">Message bytes, any.</param>
    public static void WriteMultiple(IBufferWriter<byte> output, int server, ReadOnlySpan<byte> subKeys, ReadOnlySpan<byte> msg)
    {
        var buffer = output.GetSpan(checked((int)MultipleLength(server, msg.Length) + subKeys.Length));
        var at = PutInt(buffer, Put(buffer, 0, MultipleStart), ServerMember, server);
        if (!subKeys.IsEmpty)
        {
            at = Put(buffer, Put(buffer, at, SubKeysMember), subKeys);
            buffer[at - 1] = (byte)']'; // In place of the last comma.
        }

        at = PutMsg(buffer, at, msg);
        buffer[at++] = (byte)'}';
        output.Advance(at);
    }

    /// <summary>Writes a record for every connection.</summary>
    public static void WriteBroadcast(IBufferWriter<byte> output, ReadOnlySpan<byte> msg)
    {
        var buffer = output.GetSpan(checked((int)BroadcastLength(msg.Length)));
        var at = Put(buffer, 0, BroadcastStart);
        at = PutMsg(buffer, at, msg);
        buffer[at++] = (byte)'}';
        output.Advance(at);
    }

    /// <summary>Writes a record for a room.</summary>
    /// <param name="output">Takes the record.</param>
    /// <param name="roomId">0 is left out.</param>
    /// <param name="msg">Message bytes, any.</param>
    /// <param name="ensure">Left out unless true.</param>
    public static void WriteBroadcastRoom(IBufferWriter<byte> output, int roomId, ReadOnlySpan<byte> msg, bool ensure)
    {
        var buffer = output.GetSpan(checked((int)BroadcastRoomLength(roomId, msg.Length, ensure)));
        var at = Put(buffer, 0, BroadcastRoomStart);
        at = PutInt(buffer, at, RoomMember, roomId);
        at = PutMsg(buffer, at, msg);
        if (ensure)
        {
            at = Put(buffer, at, EnsureMember);
        }

        buffer[at++] = (byte)'}';
        output.Advance(at);
    }

    private static long MsgLength(long msgLength) => MsgMember.Length + ((msgLength + 2) / 3 * 4) + 1;

    private static int IntLength(ReadOnlySpan<byte> member, int value) => value == 0 ? 0 : member.Length + Digits.Count(value);

    private static int Put(Span<byte> buffer, int at, ReadOnlySpan<byte> text)
    {
        text.CopyTo(buffer[at..]);
        return at + text.Length;
    }

    private static int PutInt(Span<byte> buffer, int at, ReadOnlySpan<byte> member, int value)
    {
        if (value == 0)
        {
            return at;
        }

        at = Put(buffer, at, member);
        Utf8Formatter.TryFormat(value, buffer[at..], out var written);
        return at + written;
    }

    private static int PutMsg(Span<byte> buffer, int at, ReadOnlySpan<byte> msg)
    {
        at = Put(buffer, at, MsgMember);
        Base64.EncodeToUtf8(msg, buffer[at..], out _, out var written);
        buffer[at + written] = (byte)'"';
        return at + written + 1;
    }
}
