using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using Goim.Protocol;
using Google.Protobuf;
using StackExchange.Redis;

namespace Goim.Router.Redis.Sessions;

/// <summary>The hash of one user's sessions (<see cref="SessionScripts"/>).</summary>
internal static class UserHash
{
    /// <summary>The field of the last seq and the number of sessions.</summary>
    public static readonly RedisValue LastAndCount = "n";

    /// <summary>What a session keeps of its request id: enough to tell the sessions of one user apart. Empty for no id.</summary>
    public static byte[] Folded(ByteString requestId)
    {
        if (requestId.IsEmpty)
        {
            return [];
        }

        var folded = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(
            folded,
            BinaryPrimitives.ReadUInt64BigEndian(requestId.Span) ^ BinaryPrimitives.ReadUInt64BigEndian(requestId.Span[sizeof(ulong)..]));
        return folded;
    }

    /// <summary>The number of sessions.</summary>
    /// <param name="lastAndCount">The value of <see cref="LastAndCount"/>; null if there is none.</param>
    /// <exception cref="ForeignDataException">The value is not the node's own.</exception>
    public static int Count(string? lastAndCount) =>
        lastAndCount is null ? 0
        : int.TryParse(lastAndCount.AsSpan(lastAndCount.IndexOf(' ') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? count
            : throw new ForeignDataException();

    /// <summary>The sessions in a hash, in ascending order of seq.</summary>
    /// <param name="fields">All fields of the hash.</param>
    /// <exception cref="ForeignDataException">A value is not the node's own.</exception>
    public static GetReply Sessions(HashEntry[] fields)
    {
        var sessions = new List<(int Seq, int Server)>(fields.Length);
        foreach (var field in fields)
        {
            // The other fields do not begin with a digit.
            if (field.Name.TryParse(out int seq))
            {
                sessions.Add(Utf8Parser.TryParse((byte[])field.Value!, out int server, out _)
                    ? (seq, server)
                    : throw new ForeignDataException());
            }
        }

        sessions.Sort();
        var reply = new GetReply();
        foreach (var (seq, server) in sessions)
        {
            reply.Seqs.Add(seq);
            reply.Servers.Add(server);
        }

        return reply;
    }
}
