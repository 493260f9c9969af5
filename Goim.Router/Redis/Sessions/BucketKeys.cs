using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Goim.Protocol;
using Google.Protobuf;
using StackExchange.Redis;

namespace Goim.Router.Redis.Sessions;

/// <summary>The Redis keys of one bucket. <see cref="SessionScripts"/> describes their values.</summary>
internal sealed class BucketKeys
{
    private const int MaxLongDigits = 20;
    private readonly byte[] prefix;

    public BucketKeys(int bucket)
    {
        prefix = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{{RedisStore.Prefix}:{bucket}}}"));
        Rooms = Key("rooms");
        Servers = Key("servers");
        Index = Key("index");
        Members = Key("members");
        Users = Key("users");
    }

    /// <summary>Hash of the numbers of sessions by room.</summary>
    public RedisKey Rooms { get; }

    /// <summary>Hash of the numbers of sessions by comet server.</summary>
    public RedisKey Servers { get; }

    /// <summary>Sorted set of all sessions (<see cref="SessionIndex"/>).</summary>
    public RedisKey Index { get; }

    /// <summary>Sorted set of the sessions in rooms (<see cref="RoomIndex"/>).</summary>
    public RedisKey Members { get; }

    /// <summary>Number of users with a session.</summary>
    public RedisKey Users { get; }

    /// <summary>The keys of a script that adds or deletes a session of the user.</summary>
    public RedisKey[] Of(long userId) => [User(userId), Rooms, Servers, Index, Members, Users];

    /// <summary>Hash of one user's sessions.</summary>
    public RedisKey User(long userId) => Key('u', userId, default);

    /// <summary>The seq of a put with a request id.</summary>
    public RedisKey Request(long userId, ByteString requestId) =>
        Key('r', userId, Encoding.ASCII.GetBytes($" {Convert.ToHexStringLower(requestId.Span)}"));

    /// <summary>The key that remembers a put: its request, or its conflict. Null for a new session without a request id.</summary>
    public RedisKey? RequestOf(PutArg put) =>
        !put.RequestId.IsEmpty ? Request(put.UserId, put.RequestId)
        : put.Seq > 0 ? Conflict(put.UserId, put.Seq, put.Server)
        : (RedisKey?)null;

    // The seq that a restore got because another server's session had its seq.
    private RedisKey Conflict(long userId, int seq, int server) =>
        Key('c', userId, Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $" {seq} {server}")));

    private byte[] Key(char kind, long userId, ReadOnlySpan<byte> rest)
    {
        Span<byte> digits = stackalloc byte[MaxLongDigits];
        Utf8Formatter.TryFormat(userId, digits, out var length);
        return [.. prefix, (byte)kind, .. digits[..length], .. rest];
    }

    private RedisKey Key(string name) => (byte[])[.. prefix, .. Encoding.ASCII.GetBytes(name)];
}
