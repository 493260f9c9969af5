using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Goim.Benchmarks.Load;
using Goim.Benchmarks.Targets;

namespace Goim.Benchmarks.Comet;

/// <summary><c>comet churn</c>: measures connects.</summary>
internal static class ChurnCommand
{
    /// <summary>The comet tells the app of the last closed connections within this time.</summary>
    private static readonly TimeSpan LastDisconnects = TimeSpan.FromSeconds(2);

    public static Command Create()
    {
        var options = new TargetOptions(defaultClients: 500);
        var warmUp = LoadOptions.Seconds("--warm-up", 5, "Seconds of connects before the measurement.");
        var duration = LoadOptions.Seconds("--duration", 10, "Seconds to measure.");
        var command = new Command(
            "churn",
            "Each client connects, authenticates, closes, and connects again as another user. Prints connects/s, the time of a connect, "
            + "and the CPU time that a connect and its disconnect take in each process. The exit code is 1 if a connect failed.")
        {
            warmUp, duration,
        };
        options.AddTo(command);
        command.SetAction((parsed, cancellationToken) => CommandRunner.RunAsync(async () =>
        {
            await using var target = await options.TargetAsync(parsed, cancellationToken);
            using var clients = new ChurningClients(target.Server, options.Clients(parsed), options.Users(parsed));
            var results = await RunAsync(
                target,
                clients,
                TimeSpan.FromSeconds(parsed.GetValue(warmUp)),
                TimeSpan.FromSeconds(parsed.GetValue(duration)),
                cancellationToken);
            await options.WriteJsonAsync(parsed, results, cancellationToken);
            return clients.Failed == 0 ? 0 : 1;
        }));
        return command;
    }

    private static async Task<object> RunAsync(
        CometTarget target, ChurningClients clients, TimeSpan warmUp, TimeSpan duration, CancellationToken cancellationToken)
    {
        clients.Start();
        await Task.Delay(warmUp, cancellationToken);
        clients.ConnectTimes.Reset();
        var (connects, failed) = (clients.Connects, clients.Failed);
        var before = target.Processes.Select(process => process.Start()).ToArray();
        var watch = Stopwatch.StartNew();
        await Task.Delay(duration, cancellationToken);
        (connects, failed) = (clients.Connects - connects, clients.Failed - failed);
        var elapsed = watch.Elapsed;
        clients.Stop();
        await Task.Delay(LastDisconnects, cancellationToken);
        var usage = target.Processes.Zip(before, (process, start) => process.Since(start)).ToArray();
        if (connects == 0)
        {
            throw new TargetFailure($"no client could connect. The first: {clients.Failure}");
        }

        var (p50, p99) = (clients.ConnectTimes.GetValueAtPercentile(50) / 1_000.0, clients.ConnectTimes.GetValueAtPercentile(99) / 1_000.0);
        Console.WriteLine($"{target.Server.Url}: connect, authenticate, close");
        Console.WriteLine();
        Console.WriteLine("connects/s   p50 ms   p99 ms   connects   failed");
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{connects / elapsed.TotalSeconds,10:0} {p50,8:0.0} {p99,8:0.0} {connects,10} {failed,8}"));
        if (clients.Failure is { } failure)
        {
            Console.WriteLine($"first failure: {failure}");
        }

        ProcessTable.Print(Console.Out, usage, elapsed, connects, "connect");
        return new
        {
            ConnectsPerSecond = connects / elapsed.TotalSeconds,
            P50Ms = p50,
            P99Ms = p99,
            Connects = connects,
            Failed = failed,
            Processes = ProcessTable.ToJson(usage, connects),
        };
    }
}
