using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Goim.Benchmarks.Load;
using Goim.Benchmarks.Targets;

namespace Goim.Benchmarks.Routing;

/// <summary><c>hang</c>: measures lookups while one of two router nodes over Redis takes calls and does not answer.</summary>
internal static class HangCommand
{
    private const int Users = 100;

    /// <summary>How the two nodes are configured: as one node with two addresses, and as two nodes.</summary>
    private static readonly (string Name, Func<string, string, Dictionary<string, string>> Settings)[] Forms =
    [
        ("one node, two addresses", static (first, second) => new() { ["Router__Nodes__1"] = $"{first},{second}" }),
        ("two nodes", static (first, second) => new() { ["Router__Nodes__1"] = first, ["Router__Nodes__2"] = second }),
    ];

    public static Command Create()
    {
        var targets = new Argument<string[]>("targets")
        {
            Arity = ArgumentArity.OneOrMore,
            Description = $"Builds to measure: this, or dir:FOLDER.\n{TargetSpec.Syntax}",
        };
        var redis = new Option<string>("--redis")
        {
            DefaultValueFactory = _ => "127.0.0.1:6379",
            Description = "Connection string of a Redis for the nodes, in StackExchange.Redis' syntax.",
        };
        var calls = new Option<int>("--calls")
        {
            DefaultValueFactory = _ => 40,
            Description = "Lookups after the node has been stopped with SIGSTOP, one after the other.",
        };
        var command = new Command(
            "hang",
            "Starts two router nodes over Redis and the local host over them, stops one node with SIGSTOP, and looks users up. Prints how "
            + "many lookups failed and how long they took.")
        {
            targets, redis, calls,
        };
        command.SetAction((parsed, cancellationToken) => CommandRunner.RunAsync(async () =>
        {
            Console.WriteLine("build           nodes                      failed   median ms   longest ms   total ms");
            foreach (var spec in parsed.GetValue(targets)!.Select(TargetSpec.Parse))
            {
                foreach (var (name, settings) in Forms)
                {
                    var (failed, times) = await MeasureAsync(
                        spec, settings, parsed.GetValue(redis)!, parsed.GetValue(calls), cancellationToken);
                    Console.WriteLine(string.Create(
                        CultureInfo.InvariantCulture,
                        $"{spec.Name,-15} {name,-25} {failed,7} {times[times.Length / 2],11:0.0} {times[^1],12:0} {times.Sum(),10:0}"));
                }
            }

            return 0;
        }));
        return command;
    }

    private static async Task<(int Failed, double[] Times)> MeasureAsync(
        TargetSpec spec,
        Func<string, string, Dictionary<string, string>> settings,
        string redis,
        int calls,
        CancellationToken cancellationToken)
    {
        var (app, router) = StartedApp.Programs(spec);
        var overRedis = new Dictionary<string, string> { ["RouterNode__Store"] = "redis", ["RouterNode__Redis"] = redis };
        string[] listen = ["--urls", "http://127.0.0.1:0"];
        var nodeAddress = StartedApp.AddressIn("Router node on ");
        var (first, firstAddress) = await WatchedProcess.StartAsync("router 1", [router, .. listen], overRedis, nodeAddress);
        await using var firstNode = first;
        var (second, secondAddress) = await WatchedProcess.StartAsync("router 2", [router, .. listen], overRedis, nodeAddress);
        await using var secondNode = second;
        var (host, url) = await WatchedProcess.StartAsync(
            "app", [app, .. listen], settings(firstAddress, secondAddress), StartedApp.AddressIn("PushAll"));
        await using var appProcess = host;
        await using var target = new LoadTarget(spec.Name, new Uri(url), new Population(Users, 1, 1, 1), [], []);
        await StartedApp.PutSessionsAsync(target, cancellationToken);

        using var http = new HttpClient { BaseAddress = target.Url };
        await LookUpAsync(http, Users, cancellationToken);
        using (var stop = Process.Start("kill", ["-STOP", second.Id.ToString(CultureInfo.InvariantCulture)]))
        {
            await stop.WaitForExitAsync(cancellationToken);
        }

        return await LookUpAsync(http, calls, cancellationToken);
    }

    private static async Task<(int Failed, double[] Times)> LookUpAsync(HttpClient http, int calls, CancellationToken cancellationToken)
    {
        var (failed, times) = (0, new double[calls]);
        for (var i = 0; i < calls; i++)
        {
            var start = Stopwatch.GetTimestamp();
            var answer = await http.GetStringAsync($"/1/router/get?uid={(i % Users) + 1}", cancellationToken);
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            failed += answer.StartsWith("{\"ret\":1,", StringComparison.Ordinal) ? 0 : 1;
        }

        Array.Sort(times);
        return (failed, times);
    }
}
