using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Goim.Protocol;
using StackExchange.Redis;

namespace Goim.Router.Redis;

/// <summary>The Redis keys of one bucket. <see cref="SessionScripts"/> describes their values.</summary>
internal sealed class BucketKeys
{
    private const int MemberLength = 8;
    private readonly byte[] prefix;

    public BucketKeys(int bucket)
    {
        prefix = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{goim:{bucket}}}"));
        Rooms = Key("rooms");
        Servers = Key("servers");
    }

    /// <summary>The hash tag, <c>{goim:b}</c>, that every key of the bucket starts with.</summary>
    public RedisValue Prefix => prefix;

    /// <summary>Hash of the numbers of sessions by room.</summary>
    public RedisKey Rooms { get; }

    /// <summary>Hash of the numbers of sessions by comet server.</summary>
    public RedisKey Servers { get; }

    /// <summary>Hash of one user's sessions.</summary>
    public RedisKey User(long userId) => Key('u', userId, default);

    /// <summary>The seq of a put with a request id.</summary>
    public RedisKey Request(long userId, ReadOnlySpan<byte> requestId) => Key('r', userId, requestId);

    /// <summary>The key that remembers a put: its request, or its conflict. Null for a new session without a request id.</summary>
    public RedisKey? RequestOf(PutArg put) =>
        !put.RequestId.IsEmpty ? Request(put.UserId, put.RequestId.Span)
        : put.Seq > 0 ? Conflict(put.UserId, put.Seq, put.Server)
        : (RedisKey?)null;

    /// <summary>Sorted set of the users with a session on one comet server.</summary>
    public RedisKey Server(int server) => Key(string.Create(CultureInfo.InvariantCulture, $"s{server}"));

    /// <summary>A user as a member of <see cref="Server"/>: sorts in the order of the ids.</summary>
    public static byte[] Member(long userId)
    {
        var member = new byte[MemberLength];
        WriteMember(userId, member);
        return member;
    }

    /// <summary>The user id of a <see cref="Member"/>.</summary>
    public static long UserId(byte[] member) => BinaryPrimitives.ReadInt64BigEndian(member) ^ long.MinValue;

    /// <summary>The start of a ZRANGEBYLEX range that excludes <paramref name="member"/>.</summary>
    public static byte[] Above(ReadOnlySpan<byte> member) => [(byte)'(', .. member];

    private static void WriteMember(long userId, Span<byte> member) =>
        BinaryPrimitives.WriteInt64BigEndian(member, userId ^ long.MinValue);

    // The seq that a restore got because another server's session had its seq.
    private RedisKey Conflict(long userId, int seq, int server) =>
        Key('c', userId, Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{seq} {server}")));

    private byte[] Key(char kind, long userId, ReadOnlySpan<byte> rest)
    {
        var key = new byte[prefix.Length + 1 + MemberLength + rest.Length];
        prefix.CopyTo(key, 0);
        key[prefix.Length] = (byte)kind;
        WriteMember(userId, key.AsSpan(prefix.Length + 1));
        rest.CopyTo(key.AsSpan(prefix.Length + 1 + MemberLength));
        return key;
    }

    private RedisKey Key(string name) => (byte[])[.. prefix, .. Encoding.ASCII.GetBytes(name)];
}
