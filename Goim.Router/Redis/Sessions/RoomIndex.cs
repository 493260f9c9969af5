using System.Buffers.Binary;
using StackExchange.Redis;

namespace Goim.Router.Redis.Sessions;

/// <summary>
/// The members of a bucket's index of rooms: room, user, seq, server, each in as few bytes as it needs, so that most have at most 14, which
/// Redis keeps in 16. They sort by user and seq in each room.
/// </summary>
/// <remarks>
/// A number is one byte up to 251; 252 and 2 bytes; or 253 and 4 bytes, big-endian. Room and server are twice the id, or for a negative one
/// minus twice the id, minus 1. A user is the 8 bytes of <see cref="SessionIndex.User"/> without those that its sign implies (80 and zeros,
/// or 7F and FFs) after a byte that tells how many are left: 128 and their number, or for a negative id 127 minus their number.
/// </remarks>
internal static class RoomIndex
{
    private const byte TwoBytes = 252, FourBytes = 253, Last = byte.MaxValue, NotNegative = 128, Negative = 127;
    private const int UserBytes = 8;

    /// <exception cref="ForeignDataException">The member is not the node's own.</exception>
    public static RoomMember MemberOf(ReadOnlySpan<byte> member)
    {
        Number(ref member);
        var userId = UserId(ref member);
        var seq = Number(ref member);
        var server = Number(ref member);
        return member.IsEmpty && seq <= int.MaxValue
            ? new RoomMember(userId, (int)seq, (int)((server >> 1) ^ (0 - (server & 1))))
            : throw new ForeignDataException();
    }

    /// <summary>Reads the next members of a room.</summary>
    /// <param name="database">Where to read.</param>
    /// <param name="bucket">The index' bucket.</param>
    /// <param name="roomId">The room.</param>
    /// <param name="after">The last member that was read, or what sorts before all that are wanted.</param>
    /// <param name="count">Maximum number of members.</param>
    public static async Task<byte[][]> ReadAsync(IDatabase database, BucketKeys bucket, int roomId, byte[] after, int count)
    {
        var members = await database.SortedSetRangeByValueAsync(
            bucket.Members, after, (byte[])[.. StartOf(roomId), Last], Exclude.Start, Order.Ascending, 0, count);
        return Array.ConvertAll(members, static member => (byte[])member!);
    }

    /// <summary>Sorts before all members of the room.</summary>
    public static byte[] StartOf(int roomId)
    {
        var number = ((uint)roomId << 1) ^ (uint)(roomId >> 31);
        var bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        return number < TwoBytes ? bytes[3..] : number <= ushort.MaxValue ? [TwoBytes, .. bytes[2..]] : [FourBytes, .. bytes];
    }

    /// <summary>Sorts after all sessions of the user in the room, and before those of the next user.</summary>
    public static byte[] EndOf(int roomId, long userId)
    {
        var user = SessionIndex.User(userId).AsSpan();
        if (user[0] is NotNegative or Negative)
        {
            user = user[1..].TrimStart(userId < 0 ? byte.MaxValue : (byte)0);
        }

        var first = userId < 0 ? Negative - user.Length : NotNegative + user.Length;
        return [.. StartOf(roomId), (byte)first, .. user, Last];
    }

    private static uint Number(ref ReadOnlySpan<byte> member)
    {
        var first = Take(ref member, 1)[0];
        return first switch
        {
            < TwoBytes => first,
            TwoBytes => BinaryPrimitives.ReadUInt16BigEndian(Take(ref member, sizeof(ushort))),
            FourBytes => BinaryPrimitives.ReadUInt32BigEndian(Take(ref member, sizeof(uint))),
            _ => throw new ForeignDataException(),
        };
    }

    private static long UserId(ref ReadOnlySpan<byte> member)
    {
        var first = Take(ref member, 1)[0];
        var length = first >= NotNegative ? first - NotNegative : Negative - first;
        if (length > UserBytes)
        {
            throw new ForeignDataException();
        }

        Span<byte> user = stackalloc byte[UserBytes];
        user.Fill(first >= NotNegative ? (byte)0 : byte.MaxValue);
        user[0] = first >= NotNegative ? NotNegative : Negative;
        Take(ref member, length).CopyTo(user[(UserBytes - length)..]);
        return BinaryPrimitives.ReadInt64BigEndian(user) ^ long.MinValue;
    }

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> member, int length)
    {
        if (member.Length < length)
        {
            throw new ForeignDataException();
        }

        var taken = member[..length];
        member = member[length..];
        return taken;
    }
}
