using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Goim.Benchmarks.Load;
using Goim.Benchmarks.Targets;

namespace Goim.Benchmarks.Soak;

/// <summary><c>soak</c>: sends right and wrong requests to every route for minutes, and watches the memory.</summary>
internal static class SoakCommand
{
    private static readonly TimeSpan SamplePeriod = TimeSpan.FromSeconds(1);

    public static Command Create()
    {
        var minutes = new Option<double>("--minutes") { Description = "Length of the run.", DefaultValueFactory = _ => 10 };
        minutes.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is not (> 0 and <= 1_440))
            {
                result.AddError($"--minutes is {result.GetValueOrDefault<double>()}: expected more than 0, and 1440 at most.");
            }
        });
        var connections = LoadOptions.Number("--connections", 8, "Number of connections, with one request at a time each.");
        var users = LoadOptions.Number("--users", 10_000, "Number of users with a session.");
        var nodes = LoadOptions.Number("--nodes", 2, "Number of router nodes to start.");
        var command = new Command(
            "soak",
            "Starts a broker, router nodes and the local host, and sends requests of every kind: pushes, batches, the facade, counts, bad "
            + "input, wrong methods, slow and aborted bodies. Prints requests, failures and memory every minute, and all kinds at the end. "
            + "The exit code is 1 if a request was not answered as expected, or if a process has in the last minute more than 1.2 times "
            + "the memory of the second minute.")
        {
            minutes, connections, users, nodes,
        };
        command.SetAction((parsed, cancellationToken) => CommandRunner.RunAsync(async () =>
        {
            var population = new Population(parsed.GetValue(users), SessionsPerUser: 1, Rooms: 100, Servers: 10);
            await using var target = await LoadTarget.StartAsync(
                new TargetSpec("this", TargetKind.This, "", []), population, parsed.GetValue(nodes), [], cancellationToken);
            return await RunAsync(
                target, TimeSpan.FromMinutes(parsed.GetValue(minutes)), parsed.GetValue(connections), cancellationToken);
        }));
        return command;
    }

    private static async Task<int> RunAsync(LoadTarget target, TimeSpan duration, int connections, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var counts = new SoakCounts();
        var callers = Enumerable.Range(0, connections)
            .Select(seed => new SoakMix(target.Population, seed))
            .Select(mix => Task.Run(() => CallAsync(target.Url, mix, counts, end.Token), cancellationToken))
            .ToArray();
        var memory = new SoakMemory(target);
        await WatchAsync(memory, counts, duration, cancellationToken);
        await end.CancelAsync();
        await Task.WhenAll(callers);
        cancellationToken.ThrowIfCancellationRequested();
        Console.WriteLine();
        counts.Print(Console.Out);
        Console.WriteLine();
        var isFlat = memory.PrintGrowth(Console.Out);
        return isFlat && counts.Failed == 0 ? 0 : 1;
    }

    private static async Task CallAsync(Uri url, SoakMix mix, SoakCounts counts, CancellationToken end)
    {
        using var connection = new SoakConnection(url);
        SoakRequest? request = null;
        while (!end.IsCancellationRequested)
        {
            request ??= mix.Next();

            // The last request is answered too.
            var (body, failure) = await connection.SendAsync(request, CancellationToken.None);
            counts.Add(request.Kind, failure);
            request = failure is null ? request.Then?.Invoke(body) : null;
        }
    }

    private static async Task WatchAsync(SoakMemory memory, SoakCounts counts, TimeSpan duration, CancellationToken cancellationToken)
    {
        var (watch, minute) = (Stopwatch.StartNew(), 1);
        while (watch.Elapsed < duration)
        {
            await Task.Delay(SamplePeriod, cancellationToken);
            memory.Sample();
            if (watch.Elapsed >= TimeSpan.FromMinutes(minute) || watch.Elapsed >= duration)
            {
                var text = memory.EndMinute();
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{watch.Elapsed:hh\\:mm\\:ss}  {counts.Requests,9} requests  {counts.Failed,5} failed  {text}"));
                minute++;
            }
        }
    }
}
