using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Goim.Logic.Rooms;

/// <summary>Where the next page of a room's users begins: the <c>next</c> of an answer.</summary>
/// <param name="RoomId">The room.</param>
/// <param name="Node">Name of the router node. Empty for the store that all nodes share.</param>
/// <param name="After">The last user of that node who is listed. Null if none is.</param>
internal readonly record struct UsersCursor(int RoomId, string Node, long? After)
{
    private const int CheckBytes = 4, HeadBytes = sizeof(int) + 1 + sizeof(long), MaxBytes = 1_024;

    /// <summary>Reads a cursor. False if the text is none.</summary>
    public static bool TryParse(string text, out UsersCursor cursor)
    {
        cursor = default;
        if (text.Length > MaxBytes || !Base64Url.IsValid(text))
        {
            return false;
        }

        var bytes = Base64Url.DecodeFromChars(text);
        if (bytes.Length < CheckBytes + HeadBytes || !CheckOf(bytes.AsSpan(CheckBytes)).SequenceEqual(bytes.AsSpan(0, CheckBytes)))
        {
            return false;
        }

        var head = bytes.AsSpan(CheckBytes, HeadBytes);
        cursor = new UsersCursor(
            BinaryPrimitives.ReadInt32BigEndian(head),
            Encoding.UTF8.GetString(bytes.AsSpan(CheckBytes + HeadBytes)),
            head[sizeof(int)] == 0 ? null : BinaryPrimitives.ReadInt64BigEndian(head[(sizeof(int) + 1)..]));
        return true;
    }

    /// <summary>The cursor as text.</summary>
    public override string ToString()
    {
        var bytes = new byte[CheckBytes + HeadBytes + Encoding.UTF8.GetByteCount(Node)];
        var head = bytes.AsSpan(CheckBytes, HeadBytes);
        BinaryPrimitives.WriteInt32BigEndian(head, RoomId);
        head[sizeof(int)] = After is null ? (byte)0 : (byte)1;
        BinaryPrimitives.WriteInt64BigEndian(head[(sizeof(int) + 1)..], After ?? 0);
        Encoding.UTF8.GetBytes(Node, bytes.AsSpan(CheckBytes + HeadBytes));
        CheckOf(bytes.AsSpan(CheckBytes)).CopyTo(bytes);
        return Base64Url.EncodeToString(bytes);
    }

    // Tells a cursor from a text that is cut or is none. It is no secret.
    private static ReadOnlySpan<byte> CheckOf(ReadOnlySpan<byte> cursor) => SHA256.HashData(cursor).AsSpan(0, CheckBytes);
}
