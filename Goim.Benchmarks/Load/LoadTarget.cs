using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Goim.LocalHost;
using Goim.Router;

namespace Goim.Benchmarks.Load;

/// <summary>The app under load and the processes behind it: started for the run, or running already.</summary>
internal sealed class LoadTarget : IAsyncDisposable
{
    private const int Servers = 10, Rooms = 1_000;

    private readonly List<(string Name, Process Process)> processes = [];
    private readonly bool isOurs;

    private LoadTarget(Uri url, bool isOurs) => (Url, this.isOurs) = (url, isOurs);

    public Uri Url { get; private set; }

    /// <summary>An app that runs already.</summary>
    /// <param name="url">Its base URL.</param>
    /// <param name="pids"><c>name=process id</c> of the processes to watch.</param>
    public static LoadTarget Running(Uri url, string[] pids)
    {
        var target = new LoadTarget(url, isOurs: false);
        foreach (var pid in pids)
        {
            var parts = pid.Split('=');
            target.processes.Add((parts[0], Process.GetProcessById(int.Parse(parts[1], CultureInfo.InvariantCulture))));
        }

        return target;
    }

    /// <summary>Starts a broker, router nodes and the local host over them, each a process, and puts a session for each user.</summary>
    public static async Task<LoadTarget> StartAsync(int nodes, int users, string[] settings)
    {
        var target = new LoadTarget(new Uri("http://127.0.0.1"), isOurs: true);
        var environment = settings.Select(setting => setting.Split('=', 2)).ToDictionary(setting => setting[0], setting => setting[1]);
        environment["KafkaBrokers"] = await target.StartAsync("broker", typeof(LoadTarget).Assembly.Location, ["broker", "KafkaPushsTopic", "KafkaEventsTopic"], [], line => line);
        for (var node = 1; node <= nodes; node++)
        {
            environment[$"Router__Nodes__{node}"] = await target.StartAsync($"router {node}", typeof(RouterNode).Assembly.Location, ["--urls", "http://127.0.0.1:0"], [], Address("Router node on "));
        }

        target.Url = new Uri(await target.StartAsync("app", typeof(LocalHostApp).Assembly.Location, ["--urls", "http://127.0.0.1:0"], environment, Address("PushAll")));
        await target.PutSessionsAsync(users);
        return target;
    }

    /// <summary>CPU time of each process until now; of those whose name begins alike, together.</summary>
    public IReadOnlyDictionary<string, TimeSpan> CpuTimes()
    {
        var times = new Dictionary<string, TimeSpan>(StringComparer.Ordinal);
        foreach (var (name, process) in processes)
        {
            process.Refresh();
            times[name] = process.TotalProcessorTime;
        }

        return times;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (_, process) in processes.AsEnumerable().Reverse().Where(_ => isOurs))
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        processes.ForEach(process => process.Process.Dispose());
    }

    private static Func<string, string?> Address(string mark) => line =>
    {
        var at = line.Contains(mark, StringComparison.Ordinal) ? line.IndexOf("http://", StringComparison.Ordinal) : -1;
        return at < 0 ? null : new Uri(line[at..].Split(' ', ',')[0]).GetLeftPart(UriPartial.Authority);
    };

    private async Task<string> StartAsync(string name, string program, string[] args, Dictionary<string, string> environment, Func<string, string?> address)
    {
        var start = new ProcessStartInfo("dotnet", [program, .. args]) { RedirectStandardOutput = true, RedirectStandardInput = true, WorkingDirectory = AppContext.BaseDirectory };
        start.Environment["Logging__LogLevel__Default"] = "Warning";
        foreach (var (setting, value) in environment)
        {
            start.Environment[setting] = value;
        }

        var process = Process.Start(start)!;
        processes.Add((name, process));
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (address(line) is { } found)
            {
                _ = process.StandardOutput.ReadToEndAsync();
                return found;
            }
        }

        throw new InvalidOperationException($"{name} did not start.");
    }

    private async Task PutSessionsAsync(int users)
    {
        using var http = new HttpClient { BaseAddress = Url };
        foreach (var ids in Enumerable.Range(1, users).Chunk(10_000))
        {
            var puts = new { puts = ids.Select(userId => new { userId, server = userId % Servers, roomId = userId % Rooms }) };
            using var response = await http.PostAsync("/1/router/mput", new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(puts)));
            var answer = await response.Content.ReadAsStringAsync();
            if (!answer.StartsWith("{\"ret\":1,", StringComparison.Ordinal))
            {
                throw new InvalidOperationException(answer);
            }
        }
    }
}
