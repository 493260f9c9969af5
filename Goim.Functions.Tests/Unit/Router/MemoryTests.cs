using Goim.Protocol;
using Goim.Router;
using Goim.Router.Memory;
using Google.Protobuf;
using Microsoft.Extensions.Options;

namespace Goim.Functions.Tests.Unit.Router;

/// <summary>Sessions in memory with a clock that the test sets, and short calls of them.</summary>
public abstract class MemoryTests
{
    internal ManualTime Time { get; } = new();

    internal MemorySessions Start(RouterNodeOptions? options = null, int maxRequests = 1_000) =>
        new(Options.Create(options ?? new RouterNodeOptions { Buckets = 1 }), Time, maxRequests);

    internal static ByteString RequestId(int id) => ByteString.CopyFrom([.. Enumerable.Repeat((byte)7, 12), .. BitConverter.GetBytes(id)]);

    private protected static async Task<PutResult> PutAsync(
        MemorySessions sessions, long user = 42, int server = 3, int seq = 0, int? id = null) =>
        await sessions.PutAsync(new PutArg
        {
            UserId = user,
            Server = server,
            RoomId = 1,
            Seq = seq,
            RequestId = id is { } given ? RequestId(given) : ByteString.Empty,
        });

    /// <summary>The sessions of user 42, such as <c>1@3 2@3</c>: seq and server.</summary>
    private protected static async Task<string> SessionsAsync(MemorySessions sessions)
    {
        var found = await sessions.GetAsync(42);
        return string.Join(' ', found.Seqs.Zip(found.Servers, (seq, server) => $"{seq}@{server}"));
    }

    /// <summary>A clock whose time of day can jump while its timestamps go on.</summary>
    internal sealed class ManualTime : TimeProvider
    {
        private long timestamp = 1_000_000_000;

        public DateTimeOffset UtcNow { get; set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public override long TimestampFrequency => 1_000_000_000;

        public override long GetTimestamp() => timestamp;

        public override DateTimeOffset GetUtcNow() => UtcNow;

        public void Advance(TimeSpan duration)
        {
            timestamp += (long)duration.TotalNanoseconds;
            UtcNow += duration;
        }
    }
}
