using System.Diagnostics;
using System.Globalization;
using Goim.Protocol;
using Goim.Router;
using Grpc.Core;
using Grpc.Net.Client;

namespace Goim.Benchmarks.Router;

/// <summary>
/// <c>delserver --redis</c>: measures how long a Get of other users waits while a node deletes comet servers' sessions from Redis, of
/// which one user has many.
/// </summary>
internal static class DelServerOverRedis
{
    private const int OtherUsers = 100_000;

    public static async Task RunAsync(string redis, int[] userSessions, CancellationToken cancellationToken)
    {
        Console.WriteLine($"in Redis, {OtherUsers} other users");
        Console.WriteLine(
            "sessions of the user   deleted     in ms   failed   gets during   longest ms   failed   gets without   longest ms   failed");
        foreach (var sessions in userSessions)
        {
            await using var node = await NodeProcess.StartAsync(typeof(RouterNode).Assembly.Location, OtherUsers, redis);
            await node.PutSessionsAsync(sessions);
            using var channel = GrpcChannel.ForAddress(node.Address);
            await new Run(node, channel, sessions).DelServersAsync(cancellationToken);
        }
    }

    private sealed class Run(NodeProcess node, GrpcChannel channel, int sessions)
    {
        private readonly RouterRPC.RouterRPCClient client = new(channel);

        public async Task DelServersAsync(CancellationToken cancellationToken)
        {
            // Warm-up: compiles the code under test.
            await GetsAsync(() => Task.Delay(1_000, cancellationToken));
            for (var server = node.FirstServer; server < node.FirstServer + NodeProcess.Servers; server++)
            {
                var before = await CountAsync(server);
                var (watch, failed) = (new Stopwatch(), 0);
                var during = await GetsAsync(async () =>
                {
                    watch.Start();
                    failed = await DelServerAsync(server, cancellationToken);
                    watch.Stop();
                });
                var without = await GetsAsync(() => Task.Delay(watch.Elapsed, cancellationToken));
                var deleted = before - await CountAsync(server);
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{sessions,20} {deleted,9} {watch.Elapsed.TotalMilliseconds,9:0.0} {failed,8} {during} {without}"));
            }
        }

        // Repeats a call that failed, and returns how often it failed.
        private async Task<int> DelServerAsync(int server, CancellationToken cancellationToken)
        {
            const int Attempts = 10;
            for (var failed = 0; ; failed++)
            {
                try
                {
                    await client.DelServerAsync(new DelServerArg { Server = server }, cancellationToken: cancellationToken);
                    return failed;
                }
                catch (RpcException down) when (down.StatusCode == StatusCode.Unavailable && failed < Attempts)
                {
                    await Task.Delay(500, cancellationToken);
                }
            }
        }

        private async Task<int> CountAsync(int server) =>
            (await client.AllServerCountAsync(new NoArg())).Counter.TryGetValue(server, out var count) ? count : 0;

        // Makes one Get after the other until the action has completed.
        private async Task<Gets> GetsAsync(Func<Task> action)
        {
            var running = Task.CompletedTask;
            var (gets, failed, longest) = (0, 0, TimeSpan.Zero);
            var random = new Random(1);
            do
            {
                var start = Stopwatch.GetTimestamp();
                try
                {
                    await client.GetAsync(new GetArg { UserId = node.BusyUser + 1 + random.Next(OtherUsers) });
                }
                catch (RpcException down) when (down.StatusCode == StatusCode.Unavailable)
                {
                    failed++;
                }

                var took = Stopwatch.GetElapsedTime(start);
                longest = took > longest ? took : longest;
                if (gets++ == 0)
                {
                    (running, longest) = (action(), TimeSpan.Zero);
                }
            }
            while (!running.IsCompleted);
            await running;
            return new Gets(gets, longest, failed);
        }
    }

    private sealed record Gets(int Count, TimeSpan Longest, int Failed)
    {
        public override string ToString() =>
            string.Create(CultureInfo.InvariantCulture, $"{Count,13} {Longest.TotalMilliseconds,12:0.000} {Failed,8}");
    }
}
