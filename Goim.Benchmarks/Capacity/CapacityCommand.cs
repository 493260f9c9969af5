using System.CommandLine;
using System.Globalization;

namespace Goim.Benchmarks.Capacity;

/// <summary><c>capacity</c>: what carries a number of pushes a second, from what a push was measured to cost and what the platforms document.</summary>
internal static class CapacityCommand
{
    private static readonly int[] Rates = [10_000, 100_000, 1_000_000];

    public static Command Create()
    {
        var host = Figure("--host-us", 1_000, "CPU microseconds that the Functions host and its worker take for a request beside the function's own work.");
        var app = Figure("--app-us", 100, "CPU microseconds of the app for a push in a request of its own.");
        var batched = Figure("--batch-us", 30, "CPU microseconds of the app for a push that is one of many in a batch.");
        var router = Figure("--router-us", 40, "CPU microseconds of the router nodes for a push in a request of its own.");
        var batchedRouter = Figure("--batch-router-us", 5, "CPU microseconds of the router nodes for a push that is one of many in a batch.");
        var redis = Figure("--redis-us", 25, "CPU microseconds of a Redis shard for one lookup, with router nodes over Redis.");
        var pushes = Figure("--batch", 1_000, "Pushes in one batch.");
        var record = Figure("--record-bytes", 250, "Bytes of a record on the topic.");
        var sessions = Figure("--sessions", 10_000_000, "Sessions.");
        var memory = Figure("--session-bytes", 40, "Bytes of a session in a router node's memory.");
        var redisMemory = Figure("--redis-session-bytes", 250, "Bytes of a session in Redis.");
        var load = Figure("--utilisation", 0.6, "Part of a core that is planned for, 0 to 1.");
        var command = new Command("capacity", "Prints how many instances, router nodes, Event Hubs units and Redis shards carry 10,000, 100,000 and 1,000,000 pushes a second, one record each. The formulas and where each figure comes from are in docs/performance.md.")
        {
            host, app, batched, router, batchedRouter, redis, pushes, record, sessions, memory, redisMemory, load,
        };
        command.SetAction(parsed =>
        {
            double Of(Option<double> option) => parsed.GetValue(option);
            Console.WriteLine("pushes/s    requests      app cores  Flex instances  router cores  replicas  TU (1,000/s)  TU (1 MB/s)  PU (5 MB/s)  Redis shards");
            foreach (var rate in Rates)
            {
                Row(rate, "single", Of(host) + Of(app), Of(router));
                Row(rate, $"of {Of(pushes).ToString("0", CultureInfo.InvariantCulture)}", Of(host) / Of(pushes) + Of(batched), Of(batchedRouter));
            }

            Console.WriteLine();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{Of(sessions):0} sessions: {Of(sessions) * Of(memory) / 1e9:0.0} GB of router nodes' memory, {Replicas(0)} replicas or more; {Of(sessions) * Of(redisMemory) / 1e9:0.0} GB in Redis, which takes a size of {Of(sessions) * Of(redisMemory) / 1e9 / (1 - Platform.RedisReserved):0.0} GB or more"));

            void Row(int rate, string requests, double appMicroseconds, double routerMicroseconds)
            {
                var (appCores, routerCores) = (Cores(rate, appMicroseconds), Cores(rate, routerMicroseconds));
                var megabytes = rate * Of(record) / 1e6;
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{rate,-11} {requests,-11} {appCores,11:0.0} {Up(appCores / Platform.FlexCores),15} {routerCores,13:0.0} {Replicas(routerCores),9} {Up(rate / Platform.UnitEvents),13} {Up(megabytes / Platform.UnitMegabytes),12} {Up(megabytes / Platform.ProcessingUnitMegabytes),12} {Up(Cores(rate, Of(redis))),13}"));
            }

            double Cores(int rate, double microseconds) => rate * microseconds / 1e6 / Of(load);

            // Memory is planned for at one half: a node that has twice as many sessions as the others for a while must not end.
            int Replicas(double cores) => Math.Max(Platform.LeastReplicas, Math.Max(Up(cores / Platform.ReplicaCores), Up(Of(sessions) * Of(memory) / (Platform.ReplicaBytes / 2))));
        });
        return command;
    }

    private static int Up(double number) => (int)Math.Ceiling(number);

    private static Option<double> Figure(string name, double value, string description) => new(name) { DefaultValueFactory = _ => value, Description = description };
}
