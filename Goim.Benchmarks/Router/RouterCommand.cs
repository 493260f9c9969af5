using System.CommandLine;
using System.Globalization;
using Goim.Router;

namespace Goim.Benchmarks.Router;

/// <summary><c>router</c>: how many calls a router node answers, how fast, and what they cost it.</summary>
internal static class RouterCommand
{
    public static Command Create()
    {
        var call = new Option<string>("--call") { DefaultValueFactory = _ => "get", Description = $"What to call: {string.Join(", ", RouterCalls.Names)}." };
        var callers = new Option<int>("--callers") { DefaultValueFactory = _ => 50, Description = "Callers, one call at a time each." };
        var connections = new Option<int>("--connections") { DefaultValueFactory = _ => 1, Description = "Connections that the callers share." };
        var users = new Option<int>("--users") { DefaultValueFactory = _ => 100_000, Description = "Users with a session." };
        var duration = new Option<int>("--duration") { DefaultValueFactory = _ => 5, Description = "Seconds that are measured." };
        var warmUp = new Option<int>("--warm-up") { DefaultValueFactory = _ => 3, Description = "Seconds before." };
        var rounds = new Option<int>("--rounds") { DefaultValueFactory = _ => 1, Description = "Times each node is measured, in turn." };
        var nodes = new Option<string[]>("--node")
        {
            DefaultValueFactory = _ => [typeof(RouterNode).Assembly.Location],
            Description = "Goim.Router.dll to start as a node; several are measured in turn. This build's unless given.",
        };
        var command = new Command("router", "Calls a router node over gRPC and prints calls/s, latencies and the node's CPU time.") { call, callers, connections, users, duration, warmUp, rounds, nodes };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            Console.WriteLine($"{parsed.GetValue(call)}, {parsed.GetValue(callers)} callers, {parsed.GetValue(connections)} connections, {parsed.GetValue(users)} users");
            Console.WriteLine("calls/s   p50 ms   p99 ms   node CPU-s per 100,000 calls   node");
            for (var round = 0; round < parsed.GetValue(rounds); round++)
            {
                foreach (var program in parsed.GetValue(nodes)!)
                {
                    await using var node = await NodeProcess.StartAsync(Path.GetFullPath(program), parsed.GetValue(users));
                    using var calls = new RouterCalls(node.Address, parsed.GetValue(call)!, parsed.GetValue(connections), parsed.GetValue(users));
                    await calls.RunAsync(parsed.GetValue(callers), TimeSpan.FromSeconds(parsed.GetValue(warmUp)), cancellationToken);
                    var before = node.CpuTime;
                    var (latencies, elapsed) = await calls.RunAsync(parsed.GetValue(callers), TimeSpan.FromSeconds(parsed.GetValue(duration)), cancellationToken);
                    var cpu = (node.CpuTime - before).TotalSeconds * 100_000 / latencies.TotalCount;
                    Console.WriteLine(string.Create(
                        CultureInfo.InvariantCulture,
                        $"{latencies.TotalCount / elapsed.TotalSeconds,7:0} {Milliseconds(latencies, 50),8:0.00} {Milliseconds(latencies, 99),8:0.00} {cpu,30:0.00}   {program}"));
                }
            }
        });
        return command;
    }

    private static double Milliseconds(HdrHistogram.LongHistogram latencies, double percentile) => latencies.GetValueAtPercentile(percentile) / 1_000.0;
}
