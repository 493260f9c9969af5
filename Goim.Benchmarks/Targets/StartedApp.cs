using System.Globalization;
using System.Text;
using Goim.Benchmarks.Load;
using Goim.LocalHost;
using Goim.Router;

namespace Goim.Benchmarks.Targets;

/// <summary>A broker, router nodes and the local host over them, each a process of its own, so that its CPU time is known.</summary>
internal static class StartedApp
{
    private const int PutsPerRequest = 10_000; // The most that mput takes.

    /// <exception cref="TargetFailure">One of them does not start.</exception>
    public static async Task<LoadTarget> StartAsync(TargetSpec spec, Population population, int nodes, string[] headers)
    {
        var (app, router) = Programs(spec);
        var settings = new List<KeyValuePair<string, string>>(spec.Pairs);
        var started = new List<WatchedProcess>();
        var isWhole = false;
        try
        {
            settings.Add(new("KafkaBrokers", await AddAsync(LoadTarget.Broker, [typeof(StartedApp).Assembly.Location, "broker", "KafkaPushsTopic", "KafkaEventsTopic"], [], line => line)));
            for (var node = 1; node <= nodes; node++)
            {
                settings.Add(new($"Router__Nodes__{node}", await AddAsync($"router {node}", [router, "--urls", "http://127.0.0.1:0"], spec.Pairs, AddressIn("Router node on "))));
            }

            var url = await AddAsync("app", [app, "--urls", "http://127.0.0.1:0"], settings, AddressIn("PushAll"));
            isWhole = true;
            return new LoadTarget(spec.Name, new Uri(url), population, headers, started.AsEnumerable().Reverse());
        }
        finally
        {
            foreach (var process in isWhole ? [] : started)
            {
                await process.DisposeAsync();
            }
        }

        async Task<string> AddAsync(string name, string[] command, IEnumerable<KeyValuePair<string, string>> environment, Func<string, string?> address)
        {
            var (process, found) = await WatchedProcess.StartAsync(name, command, environment, address);
            started.Add(process);
            return found;
        }
    }

    /// <summary>Puts every session of the target's population.</summary>
    /// <exception cref="TargetFailure">The app refuses.</exception>
    public static async Task PutSessionsAsync(LoadTarget target, CancellationToken cancellationToken)
    {
        var population = target.Population;
        using var http = new HttpClient { BaseAddress = target.Url };
        var sessions = Enumerable.Range(0, population.SessionsPerUser).SelectMany(session => Enumerable.Range(1, population.Users).Select(user => (user, session)));
        foreach (var puts in sessions.Chunk(PutsPerRequest))
        {
            var body = new StringBuilder("{\"puts\":[");
            foreach (var (user, session) in puts)
            {
                body.Append(CultureInfo.InvariantCulture, $"{{\"userId\":{user},\"server\":{(user + session) % population.Servers + 1},\"roomId\":{user % population.Rooms + 1}}},");
            }

            body.Length--;
            using var content = new StringContent(body.Append("]}").ToString());
            using var response = await http.PostAsync("/1/router/mput", content, cancellationToken);
            var answer = await response.Content.ReadAsStringAsync(cancellationToken);
            if (!answer.StartsWith("{\"ret\":1,", StringComparison.Ordinal))
            {
                throw new TargetFailure($"putting sessions was answered {answer}");
            }
        }
    }

    /// <summary>Where a program says that it listens, in a line with <paramref name="mark"/> in it.</summary>
    public static Func<string, string?> AddressIn(string mark) => line =>
    {
        var at = line.Contains(mark, StringComparison.Ordinal) ? line.IndexOf("http://", StringComparison.Ordinal) : -1;
        return at < 0 ? null : new Uri(line[at..].Split(' ', ',')[0]).GetLeftPart(UriPartial.Authority);
    };

    private static (string App, string Router) Programs(TargetSpec spec)
    {
        if (spec.Kind == TargetKind.This)
        {
            return (typeof(LocalHostApp).Assembly.Location, typeof(RouterNode).Assembly.Location);
        }

        var (app, router) = (Path.GetFullPath(Path.Combine(spec.Where, "Goim.LocalHost.dll")), Path.GetFullPath(Path.Combine(spec.Where, "Goim.Router.dll")));
        return File.Exists(app) && File.Exists(router) ? (app, router) : throw new TargetFailure($"{spec.Where} has no Goim.LocalHost.dll and Goim.Router.dll.");
    }
}
