using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Goim.Benchmarks.Compare;
using Goim.Benchmarks.Load;
using Goim.Benchmarks.Targets;

namespace Goim.Benchmarks.Start;

/// <summary><c>start</c>: how long the local host takes from the start of its process to its first answer.</summary>
internal static class StartCommand
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(2), Patience = TimeSpan.FromSeconds(30);

    public static Command Create()
    {
        var folder = new Argument<string>("folder") { Description = "A published build: `dotnet publish -c Release Goim.LocalHost -o FOLDER`." };
        var runs = LoadOptions.Number("--runs", 11, "Times to start it, one after the other; the first, which has to read its files from the disk, does not count.");
        var path = new Option<string>("--path") { DefaultValueFactory = _ => "/1/push/all", Description = "What is posted to, with 100 bytes, until it is answered with ret 1." };
        var settings = new Option<string[]>("--setting") { DefaultValueFactory = _ => [], Description = "NAME=VALUE for its environment. May be repeated. Unless set, broker and router node are embedded." };
        var command = new Command("start", "Starts the local host of a published build and prints the milliseconds from the start of its process to its first answered push (looked for every 2 ms), the CPU time that it took until then, and the medians.") { folder, runs, path, settings };
        command.SetAction((parsed, cancellationToken) => Failing.AsSentence(async () =>
        {
            var times = new List<(double Ms, double Cpu)>();
            for (var run = 0; run <= parsed.GetValue(runs); run++)
            {
                times.Add(await OnceAsync(parsed.GetValue(folder)!, parsed.GetValue(path)!, parsed.GetValue(settings)!, cancellationToken));
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(run == 0 ? "first" : run)}: {times[run].Ms:0} ms, CPU {times[run].Cpu:0} ms"));
            }

            var counted = times[1..];
            Console.WriteLine($"median (least..greatest): {Spread.Of(counted.Select(time => (double?)time.Ms))!.ToString("0")} ms, CPU {Spread.Of(counted.Select(time => (double?)time.Cpu))!.ToString("0")} ms");
            return 0;
        }));
        return command;
    }

    private static async Task<(double Ms, double Cpu)> OnceAsync(string folder, string path, string[] settings, CancellationToken cancellationToken)
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
                if (process.HasExited || watch.Elapsed > Patience)
                {
                    throw new TargetFailure($"{program} did not answer POST {path}.");
                }

                await Task.Delay(Poll, cancellationToken);
            }

            return (watch.Elapsed.TotalMilliseconds, process.TotalProcessorTime.TotalMilliseconds);
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    private static async Task<bool> IsAnsweredAsync(HttpClient http, string path, CancellationToken cancellationToken)
    {
        // A connection that is refused costs less here than an HttpClient's exception for it.
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
