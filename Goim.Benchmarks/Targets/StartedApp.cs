using System.Globalization;
using System.Text;
using Goim.Benchmarks.Load;
using Goim.Benchmarks.Worker;
using Goim.LocalHost;
using Goim.LocalHost.Broker;
using Goim.Router;

namespace Goim.Benchmarks.Targets;

/// <summary>Starts a broker, router nodes and the local host, each in a separate process, so that each one's CPU time is known.</summary>
internal static class StartedApp
{
    /// <summary>The maximum of <c>/1/router/mput</c>.</summary>
    private const int PutsPerRequest = 10_000;

    /// <exception cref="TargetFailure">A process does not start.</exception>
    public static async Task<LoadTarget> StartAsync(
        TargetSpec spec, Population population, int nodes, string[] headers, int partitions = EmbeddedBroker.Partitions)
    {
        var (app, router) = Programs(spec);

        // A comet in the app's process would read every record.
        var settings = new List<KeyValuePair<string, string>> { new("Comet__Embedded", "false") };
        settings.AddRange(spec.Assignments);
        var started = new List<WatchedProcess>();
        var allStarted = false;
        try
        {
            string[] brokerCommand =
            [
                typeof(StartedApp).Assembly.Location, "broker", "KafkaPushsTopic", "KafkaEventsTopic",
                "--partitions", partitions.ToString(CultureInfo.InvariantCulture),
            ];
            settings.Add(new("KafkaBrokers", await StartProcessAsync(LoadTarget.Broker, brokerCommand, [], line => line)));
            for (var node = 1; node <= nodes; node++)
            {
                string[] routerCommand = [router, "--urls", "http://127.0.0.1:0"];
                var address = await StartProcessAsync($"router {node}", routerCommand, spec.Assignments, AddressIn("Router node on "));
                settings.Add(new($"Router__Nodes__{node}", address));
            }

            var url = spec.Kind == TargetKind.Worker
                ? await StartWorkerAsync()
                : await StartProcessAsync("app", [app, "--urls", "http://127.0.0.1:0"], settings, AddressIn("PushAll"));
            allStarted = true;
            return new LoadTarget(spec.Name, new Uri(url), population, headers, started.AsEnumerable().Reverse());
        }
        finally
        {
            foreach (var process in allStarted ? [] : started)
            {
                await process.DisposeAsync();
            }
        }

        // Returns the address of the stand-in for the Functions host.
        async Task<string> StartWorkerAsync()
        {
            settings.RemoveAt(0);
            var (host, worker, address) = await FunctionsHostCommand.StartAsync(spec.Location, settings);
            started.AddRange([host, worker]);
            return address;
        }

        // Returns the address of the process.
        async Task<string> StartProcessAsync(
            string name, string[] command, IEnumerable<KeyValuePair<string, string>> environment, Func<string, string?> findAddress)
        {
            var (process, address) = await WatchedProcess.StartAsync(name, command, environment, findAddress);
            started.Add(process);
            return address;
        }
    }

    /// <summary>Puts all sessions of the target's population.</summary>
    /// <exception cref="TargetFailure">The app refuses them.</exception>
    public static async Task PutSessionsAsync(LoadTarget target, CancellationToken cancellationToken)
    {
        var population = target.Population;
        var sessions = Enumerable.Range(0, population.SessionsPerUser)
            .SelectMany(session => Enumerable.Range(1, population.Users).Select(user => (user, session)));
        foreach (var puts in sessions.Chunk(PutsPerRequest))
        {
            var body = new StringBuilder("{\"puts\":[");
            foreach (var (user, session) in puts)
            {
                var (server, room) = ((user + session) % population.Servers + 1, user % population.Rooms + 1);
                body.Append(CultureInfo.InvariantCulture, $"{{\"userId\":{user},\"server\":{server},\"roomId\":{room}}},");
            }

            body.Length--;
            using var content = new StringContent(body.Append("]}").ToString());
            using var response = await target.Http.PostAsync("/1/router/mput", content, cancellationToken);
            var answer = await response.Content.ReadAsStringAsync(cancellationToken);
            if (!answer.StartsWith("{\"ret\":1,", StringComparison.Ordinal))
            {
                throw new TargetFailure($"/1/router/mput answered {answer}: expected ret 1.");
            }
        }
    }

    /// <summary>Finds the first URL in an output line that contains <paramref name="text"/>; null for any other line.</summary>
    public static Func<string, string?> AddressIn(string text) => line =>
    {
        var start = line.Contains(text, StringComparison.Ordinal) ? line.IndexOf("http://", StringComparison.Ordinal) : -1;
        return start < 0 ? null : new Uri(line[start..].Split(' ', ',')[0]).GetLeftPart(UriPartial.Authority);
    };

    /// <summary>The local host and the router node of a build.</summary>
    /// <exception cref="TargetFailure">The folder has no build.</exception>
    public static (string App, string Router) Programs(TargetSpec spec)
    {
        if (spec.Kind is TargetKind.This or TargetKind.Worker)
        {
            return (typeof(LocalHostApp).Assembly.Location, typeof(RouterNode).Assembly.Location);
        }

        var app = Path.GetFullPath(Path.Combine(spec.Location, "Goim.LocalHost.dll"));
        var router = Path.GetFullPath(Path.Combine(spec.Location, "Goim.Router.dll"));
        return File.Exists(app) && File.Exists(router)
            ? (app, router)
            : throw new TargetFailure($"{spec.Location} does not have both Goim.LocalHost.dll and Goim.Router.dll.");
    }
}
