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

    /// <summary>Bytes of a <c>multiple</c> record without a sub key; each sub key adds <see cref="SubKeyLength"/>.</summary>
    public static long MultipleLength(int server, long msgLength) =>
        MultipleStart.Length + IntLength(ServerMember, server) + SubKeysMember.Length + MsgLength(msgLength) + 1;

    /// <summary>Bytes that a sub key adds to its record: itself, two quotes, and a comma or the closing bracket.</summary>
    public static int SubKeyLength(SubKey key) => key.Length + 3;

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
    /// <param name="subKeys">Connections, in order; left out when empty.</param>
    /// <param name="msg">Message bytes, any.</param>
    public static void WriteMultiple(IBufferWriter<byte> output, int server, ReadOnlySpan<SubKey> subKeys, ReadOnlySpan<byte> msg)
    {
        var length = 0;
        foreach (var key in subKeys)
        {
            length += SubKeyLength(key);
        }

        var buffer = output.GetSpan(checked((int)MultipleLength(server, msg.Length) + length));
        var at = PutMultiple(buffer, server, length);
        foreach (var key in subKeys)
        {
            buffer[at++] = (byte)'"';
            at += key.Format(buffer[at..]);
            buffer[at++] = (byte)'"';
            buffer[at++] = (byte)',';
        }

        output.Advance(EndMultiple(buffer, at, length, msg));
    }

    /// <summary>As <see cref="WriteMultiple(IBufferWriter{byte}, int, ReadOnlySpan{SubKey}, ReadOnlySpan{byte})"/>, of sub keys written before.</summary>
    /// <param name="output">Takes the record.</param>
    /// <param name="server">Comet server id; 0 is left out.</param>
    /// <param name="subKeys">As <see cref="FormatSubKey"/> wrote them, one after the other.</param>
    /// <param name="msg">Message bytes, any.</param>
    public static void WriteFormatted(IBufferWriter<byte> output, int server, ReadOnlySpan<byte> subKeys, ReadOnlySpan<byte> msg)
    {
        var buffer = output.GetSpan(checked((int)MultipleLength(server, msg.Length) + subKeys.Length));
        var at = PutMultiple(buffer, server, subKeys.Length);
        at = Put(buffer, at, subKeys);
        output.Advance(EndMultiple(buffer, at, subKeys.Length, msg));
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

    private static int PutMultiple(Span<byte> buffer, int server, int subKeysLength)
    {
        var at = PutInt(buffer, Put(buffer, 0, MultipleStart), ServerMember, server);
        return subKeysLength == 0 ? at : Put(buffer, at, SubKeysMember);
    }

    private static int EndMultiple(Span<byte> buffer, int at, int subKeysLength, ReadOnlySpan<byte> msg)
    {
        if (subKeysLength > 0)
        {
            buffer[at - 1] = (byte)']'; // In place of the last comma.
        }

        at = PutMsg(buffer, at, msg);
        buffer[at] = (byte)'}';
        return at + 1;
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
