using System.CommandLine;
using System.Globalization;
using Goim.Router;
using HdrHistogram;

namespace Goim.Benchmarks.Router;

/// <summary><c>router</c>: measures the throughput, latency and CPU time of calls to a router node.</summary>
internal static class RouterCommand
{
    public static Command Create()
    {
        var call = new Option<string>("--call")
        {
            DefaultValueFactory = _ => "get",
            Description = $"The call: {string.Join(", ", RouterCalls.Names)}.",
        };
        var callers = Number("--callers", 50, "Number of callers. Each makes one call at a time.");
        var connections = Number("--connections", 1, "Number of connections that the callers share.");
        var users = Number("--users", 100_000, "Number of users with a session.");
        var duration = Number("--duration", 5, "Seconds to measure.");
        var warmUp = Number("--warm-up", 3, "Seconds of calls before the measurement.");
        var rounds = Number("--rounds", 1, "Number of measurements of each node, in turns.");
        var nodes = new Option<string[]>("--node")
        {
            DefaultValueFactory = _ => [typeof(RouterNode).Assembly.Location],
            Description = "Path of the Goim.Router.dll to start as a node. May be repeated. Default: this build's.",
        };
        var userSessions = new Option<int[]>("--user-sessions")
        {
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [0],
            Description = "Numbers of sessions of the user whose sessions --call put-del adds and deletes. Each is measured on a new node.",
        };
        var redis = RedisOption();
        var command = new Command("router", "Calls a router node over gRPC, and prints calls/s, latencies and the node's CPU time.")
        {
            call, callers, connections, users, duration, warmUp, rounds, userSessions, redis, nodes,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var callerCount = parsed.GetValue(callers);
            var connectionCount = parsed.GetValue(connections);
            var userCount = parsed.GetValue(users);
            Console.WriteLine(
                $"{parsed.GetValue(call)}, {callerCount} callers, {connectionCount} connections, {userCount} users, "
                + $"in {(parsed.GetValue(redis) is null ? "memory" : "Redis")}");
            Console.WriteLine("calls/s   p50 ms   p99 ms   failed   node CPU-s per 100,000 calls   sessions of the user   node");
            var runs = from round in Enumerable.Range(0, parsed.GetValue(rounds))
                       from sessions in parsed.GetValue(userSessions)!
                       from program in parsed.GetValue(nodes)!
                       select (sessions, program);
            foreach (var (sessions, program) in runs)
            {
                await using var node = await NodeProcess.StartAsync(Path.GetFullPath(program), userCount, parsed.GetValue(redis));
                await node.PutSessionsAsync(sessions);
                using var calls = new RouterCalls(node, parsed.GetValue(call)!, connectionCount, userCount);
                await calls.RunAsync(callerCount, TimeSpan.FromSeconds(parsed.GetValue(warmUp)), cancellationToken);
                var (before, failedBefore) = (node.CpuTime, calls.Failed);
                var (latencies, elapsed) = await calls.RunAsync(
                    callerCount, TimeSpan.FromSeconds(parsed.GetValue(duration)), cancellationToken);
                var cpu = (node.CpuTime - before).TotalSeconds * 100_000 / Math.Max(1, latencies.TotalCount);
                var failed = calls.Failed - failedBefore;
                var (callsPerSecond, p50, p99) = (latencies.TotalCount / elapsed.TotalSeconds, Ms(latencies, 50), Ms(latencies, 99));
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{callsPerSecond,7:0} {p50,8:0.00} {p99,8:0.00} {failed,8} {cpu,30:0.00} {sessions,22}   {program}"));
            }
        });
        return command;
    }

    /// <summary><c>--redis</c>: a Redis that the node keeps its sessions in.</summary>
    public static Option<string?> RedisOption() => new("--redis")
    {
        Description = "host:port of a Redis that the node keeps its sessions in. Adds sessions of random users and comet servers, and "
            + "deletes them at the end. Default: none; sessions are in memory.",
    };

    private static Option<int> Number(string name, int value, string description) =>
        new(name) { DefaultValueFactory = _ => value, Description = description };

    private static double Ms(LongHistogram latencies, double percentile) => latencies.GetValueAtPercentile(percentile) / 1_000.0;
}
