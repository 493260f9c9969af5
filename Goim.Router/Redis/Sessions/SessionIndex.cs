using System.Buffers.Binary;
using StackExchange.Redis;

namespace Goim.Router.Redis.Sessions;

/// <summary>
/// The members of a bucket's index: server (4 bytes), user (8 bytes), seq (4 bytes), big-endian. Server and user have their sign bit
/// flipped, so that members sort in the order of server, user and seq.
/// </summary>
internal static class SessionIndex
{
    private const int ServerBytes = 4, UserBytes = 8, SeqBytes = 4, Length = ServerBytes + UserBytes + SeqBytes;

    /// <summary>A user in the index.</summary>
    public static byte[] User(long userId)
    {
        var bytes = new byte[UserBytes];
        BinaryPrimitives.WriteInt64BigEndian(bytes, userId ^ long.MinValue);
        return bytes;
    }

    public static long UserIdOf(ReadOnlySpan<byte> member) =>
        BinaryPrimitives.ReadInt64BigEndian(member[ServerBytes..]) ^ long.MinValue;

    public static int SeqOf(ReadOnlySpan<byte> member) => BinaryPrimitives.ReadInt32BigEndian(member[(ServerBytes + UserBytes)..]);

    /// <summary>Reads the next members of a server.</summary>
    /// <param name="database">Where to read.</param>
    /// <param name="bucket">The index' bucket.</param>
    /// <param name="server">The comet server.</param>
    /// <param name="after">The last member that was read, or a part of one that sorts before all that are wanted.</param>
    /// <param name="count">Maximum number of members.</param>
    /// <exception cref="ForeignDataException">A member is not the node's own.</exception>
    public static async Task<byte[][]> ReadAsync(IDatabase database, BucketKeys bucket, int server, byte[] after, int count)
    {
        var members = await database.SortedSetRangeByValueAsync(
            bucket.Index, after, LastOf(server), Exclude.Start, Order.Ascending, 0, count);
        return Array.ConvertAll(
            members, static member => (byte[])member! is { Length: Length } bytes ? bytes : throw new ForeignDataException());
    }

    /// <summary>Sorts before all members of the server.</summary>
    public static byte[] StartOf(int server)
    {
        var start = new byte[ServerBytes];
        BinaryPrimitives.WriteInt32BigEndian(start, server ^ int.MinValue);
        return start;
    }

    /// <summary>Sorts after all sessions of the user on the server, and before those of the next user.</summary>
    public static byte[] EndOf(int server, long userId) => [.. StartOf(server), .. User(userId), .. Highest(SeqBytes)];

    private static byte[] LastOf(int server) => [.. StartOf(server), .. Highest(UserBytes + SeqBytes)];

    private static byte[] Highest(int length)
    {
        var bytes = new byte[length];
        Array.Fill(bytes, byte.MaxValue);
        return bytes;
    }
}
