using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Goim.Benchmarks.Load;
using Goim.Benchmarks.Targets;

namespace Goim.Benchmarks.Comet;

/// <summary><c>comet connections</c>: measures the memory of idle connections.</summary>
internal static class ConnectionsCommand
{
    public static Command Create()
    {
        var options = new TargetOptions(defaultClients: 10_000);
        var settle = LoadOptions.Seconds("--settle", 15, "Seconds that all clients are idle before the memory is read.");
        var command = new Command(
            "connections",
            "Connects clients that stay idle. Prints the comet's resident memory before and with all of them, the bytes of a "
            + "connection, and the speed and CPU time of the connects.")
        {
            settle,
        };
        options.AddTo(command);
        command.SetAction((parsed, cancellationToken) => CommandRunner.RunAsync(async () =>
        {
            await using var target = await options.TargetAsync(parsed, cancellationToken);
            var idle = TimeSpan.FromSeconds(parsed.GetValue(settle));
            var results = await RunAsync(target, options.Clients(parsed), options.Users(parsed), idle, cancellationToken);
            await options.WriteJsonAsync(parsed, results, cancellationToken);
            return 0;
        }));
        return command;
    }

    private static async Task<object> RunAsync(
        CometTarget target, int count, CometUsers users, TimeSpan settle, CancellationToken cancellationToken)
    {
        using var clients = new HeldClients(target.Server, count, streams: 1, users);
        var before = target.Processes.Select(process => process.Start()).ToArray();
        var watch = Stopwatch.StartNew();
        await clients.ConnectAsync(cancellationToken);
        var elapsed = watch.Elapsed;
        var usage = target.Processes.Zip(before, (process, start) => process.Since(start)).ToArray();
        await Task.Delay(settle, cancellationToken);
        if (clients.Failure is { } failure)
        {
            throw new TargetFailure(failure);
        }

        // Without a watched process, this one's memory says nothing about the comet.
        long? with = target.Processes.Count == 1 ? null : target.Processes[0].Resident;
        var bytes = (double?)(with - before[0].Resident) / count;
        Console.WriteLine($"{count} idle clients on {target.Server.Url}");
        Console.WriteLine();
        Console.WriteLine("MB before   MB with all   bytes/connection   connects/s   p50 ms   p99 ms");
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{before[0].Resident / 1_000_000.0,9:0.0} {with / 1_000_000.0,13:0.0} {bytes,18:0} {count / elapsed.TotalSeconds,12:0} "
            + $"{clients.ConnectTimes.GetValueAtPercentile(50) / 1_000.0,8:0.0} "
            + $"{clients.ConnectTimes.GetValueAtPercentile(99) / 1_000.0,8:0.0}"));
        ProcessTable.Print(Console.Out, usage, elapsed, count, "connect");
        return new
        {
            Connections = count,
            BytesBefore = before[0].Resident,
            BytesWithAll = with,
            BytesPerConnection = bytes,
            ConnectsPerSecond = count / elapsed.TotalSeconds,
            Processes = ProcessTable.ToJson(usage, count),
        };
    }
}
