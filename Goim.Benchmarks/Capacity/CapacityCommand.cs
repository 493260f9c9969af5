using System.CommandLine;
using System.Globalization;

namespace Goim.Benchmarks.Capacity;

/// <summary><c>capacity</c>: computes how many instances a rate of pushes needs, from measured costs and documented limits.</summary>
internal static class CapacityCommand
{
    private static readonly int[] PushRates = [10_000, 100_000, 1_000_000];

    public static Command Create()
    {
        var host = Number(
            "--host-us",
            MeasuredCosts.HostUs,
            "CPU microseconds of the Functions host and its worker per request, without the function itself.");
        var app = Number("--app-us", MeasuredCosts.AppUs, "CPU microseconds of the app for a push that is a request of its own.");
        var batchedApp = Number("--batch-us", MeasuredCosts.BatchedAppUs, "CPU microseconds of the app for a push in a batch.");
        var router = Number(
            "--router-us", MeasuredCosts.RouterUs, "CPU microseconds of the router nodes for a push that is a request of its own.");
        var batchedRouter = Number(
            "--batch-router-us", MeasuredCosts.BatchedRouterUs, "CPU microseconds of the router nodes for a push in a batch.");
        var redis = Number("--redis-us", 25, "CPU microseconds of a Redis shard for one lookup, if the router nodes use Redis.");
        var batchSize = Number("--batch", 1_000, "Pushes in a batch.");
        var recordBytes = Number("--record-bytes", MeasuredCosts.RecordBytes, "Bytes of a record in the topic.");
        var sessions = Number("--sessions", 10_000_000, "Number of sessions.");
        var sessionBytes = Number("--session-bytes", 62, "Bytes of a session in a room, in a router node's memory.");
        var redisSessionBytes = Number("--redis-session-bytes", 420, "Bytes of a session in a room, in Redis.");
        var utilisation = Number("--utilisation", MeasuredCosts.Utilisation, "Planned load of a core, 0 to 1.");
        var command = new Command(
            "capacity",
            "Prints how many instances, router nodes, Event Hubs units and Redis shards carry 10,000, 100,000 and 1,000,000 pushes per "
            + "second, with one record each, and how many comets carry 10,000, 1,000,000 and 10,000,000 connections. "
            + "docs/performance.md has the formulas and the source of each default.")
        {
            host, app, batchedApp, router, batchedRouter, redis, batchSize, recordBytes, sessions, sessionBytes, redisSessionBytes,
            utilisation,
        };
        var comets = new CometCapacity();
        foreach (var option in comets.Options)
        {
            command.Add(option);
        }

        command.SetAction(parsed =>
        {
            Console.WriteLine(
                "pushes/s    requests      app cores  Flex instances  router cores  replicas  TU (1,000/s)  TU (1 MB/s)  PU (5 MB/s)"
                + "  Redis shards");
            foreach (var rate in PushRates)
            {
                PrintRow(rate, "single", Value(host) + Value(app), Value(router));
                PrintRow(
                    rate,
                    $"of {Value(batchSize).ToString("0", CultureInfo.InvariantCulture)}",
                    Value(host) / Value(batchSize) + Value(batchedApp),
                    Value(batchedRouter));
            }

            var nodeGigabytes = Value(sessions) * Value(sessionBytes) / 1e9;
            var redisGigabytes = Value(sessions) * Value(redisSessionBytes) / 1e9;
            var redisSize = redisGigabytes / (1 - Platform.RedisReserved);
            Console.WriteLine();
            Console.WriteLine(Text($"{Value(sessions):0} sessions:"));
            Console.WriteLine(Text($"  {nodeGigabytes:0.0} GB in the memory of router nodes: at least {Replicas(0)} replicas"));
            Console.WriteLine(Text($"  {redisGigabytes:0.0} GB in Redis: a size of at least {redisSize:0.0} GB"));
            Console.WriteLine();
            comets.Print(Console.Out, parsed, Value(recordBytes), Value(utilisation));

            double Value(Option<double> option) => parsed.GetValue(option);

            void PrintRow(int rate, string requests, double appMicroseconds, double routerMicroseconds)
            {
                var (appCores, routerCores) = (Cores(rate, appMicroseconds), Cores(rate, routerMicroseconds));
                var megabytes = rate * Value(recordBytes) / 1e6;
                var app = Text($"{appCores,11:0.0} {RoundUp(appCores / Platform.FlexCores),15}");
                var router = Text($"{routerCores,13:0.0} {Replicas(routerCores),9}");
                var throughputUnits = Text(
                    $"{RoundUp(rate / Platform.ThroughputUnitEvents),13} {RoundUp(megabytes / Platform.ThroughputUnitMegabytes),12}");
                var processingUnits = RoundUp(megabytes / Platform.ProcessingUnitMegabytes);
                var shards = RoundUp(Cores(rate, Value(redis)));
                Console.WriteLine(Text(
                    $"{rate,-11} {requests,-11} {app} {router} {throughputUnits} {processingUnits,12} {shards,13}"));
            }

            double Cores(int rate, double microseconds) => rate * microseconds / 1e6 / Value(utilisation);

            // Plans for half of a replica's memory, so that a node survives twice as many sessions as the others have.
            int Replicas(double cores)
            {
                var forMemory = RoundUp(Value(sessions) * Value(sessionBytes) / (Platform.ReplicaBytes / 2));
                return Math.Max(Platform.MinReplicas, Math.Max(RoundUp(cores / Platform.ReplicaCores), forMemory));
            }
        });
        return command;
    }

    private static int RoundUp(double number) => (int)Math.Ceiling(number);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>An option for a number.</summary>
    public static Option<double> Number(string name, double value, string description) =>
        new(name) { DefaultValueFactory = _ => value, Description = description };
}
