using System.Buffers.Text;
using System.Globalization;
using System.Runtime.InteropServices;
using Goim.Protocol;
using Google.Protobuf;
using StackExchange.Redis;

namespace Goim.Router.Redis;

/// <summary>The hash of one user's sessions (<see cref="SessionScripts"/>).</summary>
internal static class UserHash
{
    /// <summary>What a session keeps of its request id: enough to tell the sessions of one user apart. Empty for no id.</summary>
    public static string Digits(ByteString requestId) => requestId.IsEmpty
        ? ""
        : (MemoryMarshal.Read<ulong>(requestId.Span) ^ MemoryMarshal.Read<ulong>(requestId.Span[sizeof(ulong)..]))
            .ToString("D20", CultureInfo.InvariantCulture);

    /// <summary>The sessions in a hash, in ascending order of seq.</summary>
    /// <param name="fields">The fields and values, as HGETALL returns them.</param>
    public static GetReply Sessions(RedisValue[] fields)
    {
        var sessions = new List<(int Seq, int Server)>(fields.Length / 2);
        for (var i = 0; i < fields.Length; i += 2)
        {
            if (fields[i].TryParse(out int seq) && Utf8Parser.TryParse((byte[])fields[i + 1]!, out int server, out _))
            {
                sessions.Add((seq, server));
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
