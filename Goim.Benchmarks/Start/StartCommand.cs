using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Goim.Benchmarks.Compare;
using Goim.Benchmarks.Load;
using Goim.Benchmarks.Targets;
using Goim.Benchmarks.Worker;

namespace Goim.Benchmarks.Start;

/// <summary>
/// <c>start</c>: measures the time from the start of the local host's process, or of the function app's worker, to its first answered
/// push.
/// </summary>
internal static class StartCommand
{
    private static readonly TimeSpan PollPeriod = TimeSpan.FromMilliseconds(2), Timeout = TimeSpan.FromSeconds(30);

    public static Command Create()
    {
        var folders = new Argument<string[]>("folders")
        {
            Arity = ArgumentArity.OneOrMore,
            Description = "Folder of a published build: `dotnet publish -c Release Goim.LocalHost -o FOLDER`, or of Goim.Functions. "
                + "Several are started in turns. Each may be followed by environment variables of its own: FOLDER,NAME=VALUE,...",
        };
        var runs = LoadOptions.Number(
            "--runs",
            11,
            "Number of starts of each folder. One more start runs first and is not counted, since it reads the files from disk.");
        var path = new Option<string>("--path")
        {
            DefaultValueFactory = _ => "/1/push/all",
            Description = "Path to POST 100 bytes to, until the answer has ret 1.",
        };
        var settings = new Option<string[]>("--setting")
        {
            DefaultValueFactory = _ => [],
            Description = "NAME=VALUE, an environment variable of the local host. May be repeated. By default, broker and router node are "
                + "embedded.",
        };
        var command = new Command(
            "start",
            "Starts the local host of a published build. Prints the milliseconds from the start of its process to its first answered push "
            + "(polled every 2 ms), the CPU time up to then, and the medians of both. For a build of Goim.Functions: the same of the "
            + "worker, under a stand-in for the Functions host (functions-host), and the time to its connection.")
        {
            folders, runs, path, settings,
        };
        command.SetAction((parsed, cancellationToken) => CommandRunner.RunAsync(async () =>
        {
            var (builds, set, push) = (parsed.GetValue(folders)!, parsed.GetValue(settings)!, parsed.GetValue(path)!);
            var times = builds.Select(static _ => new List<StartTimes>()).ToArray();
            for (var run = 0; run <= parsed.GetValue(runs); run++)
            {
                for (var build = 0; build < builds.Length; build++)
                {
                    string[] parts = builds[build].Split(','), ofBuild = [.. set, .. parts[1..]];
                    times[build].Add(FunctionsHost.IsIn(parts[0]) && !File.Exists(Path.Combine(parts[0], "Goim.LocalHost.dll"))
                        ? await WorkerStart.MeasureAsync(parts[0], push, ofBuild, Timeout, cancellationToken)
                        : await MeasureAsync(parts[0], push, ofBuild, cancellationToken));
                    Console.WriteLine(string.Create(
                        CultureInfo.InvariantCulture, $"{builds[build]}, {(run == 0 ? "first" : run)}: {times[build][run]}"));
                }
            }

            Console.WriteLine("medians (least..greatest)");
            for (var build = 0; build < builds.Length; build++)
            {
                var connected = Median(static start => start.Connected) is { } ms ? $", connected after {ms} ms" : "";
                Console.WriteLine(
                    $"{builds[build]}: {Median(static start => start.Answered)} ms, CPU {Median(static start => start.Cpu)} ms{connected}");

                string? Median(Func<StartTimes, TimeSpan?> time) =>
                    Spread.Of(times[build][1..].Select(start => time(start)?.TotalMilliseconds))?.ToString("0");
            }

            return 0;
        }));
        return command;
    }

    private static async Task<StartTimes> MeasureAsync(
        string folder, string path, string[] settings, CancellationToken cancellationToken)
    {
        var url = new Uri($"http://127.0.0.1:{FreePort()}");
        var program = Path.GetFullPath(Path.Combine(folder, "Goim.LocalHost"));
        var start = File.Exists(program) ? new ProcessStartInfo(program)
            : File.Exists(program + ".dll") ? new ProcessStartInfo("dotnet", [program + ".dll"])
            : throw new TargetFailure($"{folder} has no Goim.LocalHost.");
        (start.WorkingDirectory, start.RedirectStandardOutput) = (folder, true);
        start.ArgumentList.Add("--urls");
        start.ArgumentList.Add(url.AbsoluteUri);
        foreach (var setting in settings.Select(setting => setting.Split('=', 2)))
        {
            start.Environment[setting[0]] = setting[^1];
        }

        using var http = new HttpClient { BaseAddress = url };
        var watch = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        try
        {
            _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
            while (!await IsAnsweredAsync(http, path, cancellationToken))
            {
                if (process.HasExited || watch.Elapsed > Timeout)
                {
                    throw new TargetFailure($"{program} did not answer POST {path}.");
                }

                await Task.Delay(PollPeriod, cancellationToken);
            }

            return new(watch.Elapsed, process.TotalProcessorTime);
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    private static async Task<bool> IsAnsweredAsync(HttpClient http, string path, CancellationToken cancellationToken)
    {
        // Connects without exceptions first: while the port is closed, HttpClient would throw at every poll, which takes CPU time.
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        using var connect = new SocketAsyncEventArgs { RemoteEndPoint = new IPEndPoint(IPAddress.Loopback, http.BaseAddress!.Port) };
        var connected = new TaskCompletionSource();
        connect.Completed += (_, _) => connected.SetResult();
        if (socket.ConnectAsync(connect))
        {
            await connected.Task;
        }

        if (connect.SocketError != SocketError.Success)
        {
            return false;
        }

        using var content = new StringContent(new string('m', 100));
        using var response = await http.PostAsync(path, content, cancellationToken);
        return (await response.Content.ReadAsStringAsync(cancellationToken)).StartsWith("{\"ret\":1", StringComparison.Ordinal);
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
