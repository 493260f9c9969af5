using System.Buffers.Binary;
using StackExchange.Redis;

namespace Goim.Router.Redis.Sessions;

/// <summary>
/// The members of a bucket's index of rooms: room (4 bytes), user (8 bytes), seq (4 bytes), server (4 bytes), big-endian. Room, user and
/// server have their sign bit flipped, so that members sort in the order of room, user and seq.
/// </summary>
internal static class RoomIndex
{
    private const int RoomBytes = 4, UserBytes = 8, SeqBytes = 4, ServerBytes = 4;
    private const int Length = RoomBytes + UserBytes + SeqBytes + ServerBytes;

    public static RoomMember MemberOf(ReadOnlySpan<byte> member) => new(
        BinaryPrimitives.ReadInt64BigEndian(member[RoomBytes..]) ^ long.MinValue,
        BinaryPrimitives.ReadInt32BigEndian(member[(RoomBytes + UserBytes)..]),
        BinaryPrimitives.ReadInt32BigEndian(member[(RoomBytes + UserBytes + SeqBytes)..]) ^ int.MinValue);

    /// <summary>Reads the next members of a room.</summary>
    /// <param name="database">Where to read.</param>
    /// <param name="bucket">The index' bucket.</param>
    /// <param name="roomId">The room.</param>
    /// <param name="after">The last member that was read, or what sorts before all that are wanted.</param>
    /// <param name="count">Maximum number of members.</param>
    /// <exception cref="ForeignDataException">A member is not the node's own.</exception>
    public static async Task<byte[][]> ReadAsync(IDatabase database, BucketKeys bucket, int roomId, byte[] after, int count)
    {
        var members = await database.SortedSetRangeByValueAsync(
            bucket.Members, after, LastOf(roomId), Exclude.Start, Order.Ascending, 0, count);
        return Array.ConvertAll(
            members, static member => (byte[])member! is { Length: Length } bytes ? bytes : throw new ForeignDataException());
    }

    /// <summary>Sorts before all members of the room.</summary>
    public static byte[] StartOf(int roomId)
    {
        var start = new byte[RoomBytes];
        BinaryPrimitives.WriteInt32BigEndian(start, roomId ^ int.MinValue);
        return start;
    }

    /// <summary>Sorts after all sessions of the user in the room, and before those of the next user.</summary>
    public static byte[] EndOf(int roomId, long userId) =>
        [.. StartOf(roomId), .. SessionIndex.User(userId), .. SessionIndex.Highest(SeqBytes + ServerBytes)];

    private static byte[] LastOf(int roomId) =>
        [.. StartOf(roomId), .. SessionIndex.Highest(UserBytes + SeqBytes + ServerBytes)];
}
