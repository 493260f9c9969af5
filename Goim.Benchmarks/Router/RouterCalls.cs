using System.Diagnostics;
using Goim.Protocol;
using Grpc.Core;
using Grpc.Net.Client;
using HdrHistogram;

namespace Goim.Benchmarks.Router;

/// <summary>Makes calls of one kind to a router node, with the default deadline of the logic tier.</summary>
internal sealed class RouterCalls : IDisposable
{
    private const long MaxMicroseconds = 60_000_000;

    private readonly GrpcChannel[] channels;
    private readonly NodeProcess node;
    private readonly Func<RouterRPC.RouterRPCClient, Random, CallOptions, Task> call;

    // The highest seq that put-del has deleted.
    private int deleted;
    private long failed;

    public RouterCalls(NodeProcess node, string call, int connections, int users)
    {
        this.node = node;
        channels = [.. Enumerable.Range(0, connections).Select(_ => GrpcChannel.ForAddress(node.Address))];
        this.call = call switch
        {
            "ping" => async (client, _, options) => await client.PingAsync(new NoArg(), options),
            "get" => async (client, random, options) =>
                Require((await client.GetAsync(new GetArg { UserId = node.BusyUser + random.Next(users) + 1 }, options)).Seqs.Count == 1),
            "put" => async (client, random, options) =>
                Require((await client.PutAsync(node.Session(node.BusyUser + random.Next(users) + 1, seq: 1), options)).Seq == 1),
            "put-new" => async (client, random, options) =>
                Require((await client.PutAsync(node.Session(random.NextInt64(), seq: 0), options)).Seq > 0),
            "put-del" => (client, _, options) => PutAndDelAsync(client, options),
            _ => throw new ArgumentException($"--call is '{call}': expected {string.Join(", ", Names)}."),
        };
    }

    /// <summary>
    /// The values of <c>--call</c>: put restores an existing session, put-new adds one, put-del adds one to a user and deletes the
    /// user's oldest.
    /// </summary>
    public static string[] Names => ["ping", "get", "put", "put-new", "put-del"];

    /// <summary>Number of calls that the node did not answer, or not within the deadline.</summary>
    public long Failed => Interlocked.Read(ref failed);

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

    // As many puts as deletions have been answered, so the oldest seq is there.
    private async Task PutAndDelAsync(RouterRPC.RouterRPCClient client, CallOptions options)
    {
        Require((await client.PutAsync(node.Session(node.BusyUser, seq: 0), options)).Seq > 0);
        var oldest = Interlocked.Increment(ref deleted);
        Require((await client.DelAsync(new DelArg { UserId = node.BusyUser, Seq = oldest }, options)).Has);
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
            try
            {
                await call(
                    client, random, new CallOptions(deadline: DateTime.UtcNow.AddSeconds(3), cancellationToken: cancellationToken));
            }
            catch (RpcException down) when (down.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded)
            {
                Interlocked.Increment(ref failed);
                continue;
            }

            latencies.RecordValue(Math.Min(MaxMicroseconds, (long)Stopwatch.GetElapsedTime(start).TotalMicroseconds));
        }

        return latencies;
    }
}
