using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using StackExchange.Redis;

namespace Goim.Router.Redis;

/// <summary>Names of one bucket's keys; <see cref="SessionScripts"/> says what is in them.</summary>
internal sealed class BucketKeys
{
    private const int MemberBytes = 8;
    private readonly byte[] prefix;

    public BucketKeys(int bucket)
    {
        prefix = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{goim:{bucket}}}"));
        Rooms = Key("rooms");
        Servers = Key("servers");
    }

    public RedisValue Prefix => prefix;

    public RedisKey Rooms { get; }

    public RedisKey Servers { get; }

    public RedisKey User(long userId)
    {
        var key = new byte[prefix.Length + 1 + MemberBytes];
        prefix.CopyTo(key, 0);
        key[prefix.Length] = (byte)'u';
        WriteMember(userId, key.AsSpan(prefix.Length + 1));
        return key;
    }

    public RedisKey Server(int server) => Key(string.Create(CultureInfo.InvariantCulture, $"s{server}"));

    /// <summary>A user in a server's set.</summary>
    public static byte[] Member(long userId)
    {
        var member = new byte[MemberBytes];
        WriteMember(userId, member);
        return member;
    }

    public static long UserId(byte[] member) => BinaryPrimitives.ReadInt64BigEndian(member) ^ long.MinValue;

    /// <summary>Where ZRANGEBYLEX begins for the users above one.</summary>
    public static byte[] Above(ReadOnlySpan<byte> member) => [(byte)'(', .. member];

    private static void WriteMember(long userId, Span<byte> member) => BinaryPrimitives.WriteInt64BigEndian(member, userId ^ long.MinValue);

    private RedisKey Key(string name) => (byte[])[.. prefix, .. Encoding.ASCII.GetBytes(name)];
}
