using System.Diagnostics;
using Goim.Protocol;
using Grpc.Core;
using Grpc.Net.Client;
using HdrHistogram;

namespace Goim.Benchmarks.Router;

/// <summary>Makes calls of one kind to a router node, with the default deadline of the logic tier.</summary>
internal sealed class RouterCalls : IDisposable
{
    private const int Servers = 10, Rooms = 1_000;
    private const long MaxMicroseconds = 60_000_000;

    private readonly GrpcChannel[] channels;
    private readonly Func<RouterRPC.RouterRPCClient, Random, CallOptions, Task> call;

    // The highest seq that put-del has deleted.
    private int deleted;

    public RouterCalls(string address, string call, int connections, int users)
    {
        channels = [.. Enumerable.Range(0, connections).Select(_ => GrpcChannel.ForAddress(address))];
        this.call = call switch
        {
            "ping" => async (client, _, options) => await client.PingAsync(new NoArg(), options),
            "get" => async (client, random, options) =>
                Require((await client.GetAsync(new GetArg { UserId = random.Next(users) + 1 }, options)).Seqs.Count == 1),
            "put" => async (client, random, options) =>
                Require((await client.PutAsync(Session(random.Next(users) + 1, seq: 1), options)).Seq == 1),
            "put-new" => async (client, random, options) =>
                Require((await client.PutAsync(Session(random.NextInt64(), seq: 0), options)).Seq > 0),
            "put-del" => (client, _, options) => PutAndDelAsync(client, options),
            _ => throw new ArgumentException($"--call is '{call}': expected {string.Join(", ", Names)}."),
        };
    }

    /// <summary>
    /// The values of <c>--call</c>: put restores an existing session, put-new adds one, put-del adds one to a user and deletes the
    /// user's oldest.
    /// </summary>
    public static string[] Names => ["ping", "get", "put", "put-new", "put-del"];

    /// <summary>Makes calls for some time. The latencies are in microseconds.</summary>
    public async Task<(LongHistogram Latencies, TimeSpan Elapsed)> RunAsync(
        int callers, TimeSpan duration, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        var runs = await Task.WhenAll(Enumerable.Range(0, callers).Select(caller =>
            Task.Run(() => CallAsync(caller, watch, duration, cancellationToken), cancellationToken)));
        var all = NewHistogram();
        foreach (var latencies in runs)
        {
            all.Add(latencies);
        }

        return (all, watch.Elapsed);
    }

    public void Dispose()
    {
        foreach (var channel in channels)
        {
            channel.Dispose();
        }
    }

    private static PutArg Session(long user, int seq) =>
        new() { UserId = user, Server = (int)(user % Servers), RoomId = (int)(user % Rooms), Seq = seq };

    // As many puts as deletions have been answered, so the oldest seq is there.
    private async Task PutAndDelAsync(RouterRPC.RouterRPCClient client, CallOptions options)
    {
        Require((await client.PutAsync(Session(NodeProcess.BusyUser, seq: 0), options)).Seq > 0);
        var oldest = Interlocked.Increment(ref deleted);
        Require((await client.DelAsync(new DelArg { UserId = NodeProcess.BusyUser, Seq = oldest }, options)).Has);
    }

    private static void Require(bool isExpected)
    {
        if (!isExpected)
        {
            throw new InvalidOperationException("the node's answer is not the expected one.");
        }
    }

    private static LongHistogram NewHistogram() => new(MaxMicroseconds, 3);

    private async Task<LongHistogram> CallAsync(int caller, Stopwatch watch, TimeSpan duration, CancellationToken cancellationToken)
    {
        var client = new RouterRPC.RouterRPCClient(channels[caller % channels.Length]);
        var random = new Random(caller);
        var latencies = NewHistogram();
        while (watch.Elapsed < duration)
        {
            var start = Stopwatch.GetTimestamp();
            await call(client, random, new CallOptions(deadline: DateTime.UtcNow.AddSeconds(3), cancellationToken: cancellationToken));
            latencies.RecordValue(Math.Min(MaxMicroseconds, (long)Stopwatch.GetElapsedTime(start).TotalMicroseconds));
        }

        return latencies;
    }
}
