using System.CommandLine;

namespace Goim.Benchmarks.Load;

/// <summary><c>load</c>: requests over a number of connections for a while, and what they and the processes behind them took.</summary>
internal static class LoadCommand
{
    public static Command Create()
    {
        var route = Option("--route", "push/all", $"What to call: {string.Join(", ", LoadRoute.Names)}.");
        var url = Option<string?>("--url", null, "Base URL of an app that runs already, this project's or another one with goim's API; unless given, router nodes, a broker and the local host are started.");
        var ack = Option<string?>("--ack", null, "queue or broker, sent along as a parameter; nothing unless given.");
        var connections = Option("--connections", 50, "Connections, one request at a time on each.");
        var users = Option("--users", 100_000, "Users with a session, ids 1 to this, on ten comet servers and in a thousand rooms; put before the run unless --url is given.");
        var perPush = Option("--users-per-push", 1_000, "Users in one pushs or lines in one batch.");
        var bytes = Option("--bytes", 100, "Size of a message.");
        var duration = Option("--duration", 10, "Seconds that are measured.");
        var warmUp = Option("--warm-up", 3, "Seconds before.");
        var nodes = Option("--nodes", 2, "Router nodes to start.");
        var pids = Option("--pid", Array.Empty<string>(), "name=process id of a process whose CPU time is wanted, with --url.");
        var settings = Option("--setting", Array.Empty<string>(), "name=value for the local host's environment.");
        var json = Option<string?>("--json", null, "File to write the figures to.");
        var command = new Command("load", "Sends requests and prints a table of requests/s, latencies and CPU time.")
        {
            route, url, ack, connections, users, perPush, bytes, duration, warmUp, nodes, pids, settings, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var load = new LoadOptions(
                parsed.GetValue(route)!, parsed.GetValue(ack), parsed.GetValue(connections), parsed.GetValue(users), parsed.GetValue(perPush), parsed.GetValue(bytes),
                TimeSpan.FromSeconds(parsed.GetValue(duration)), TimeSpan.FromSeconds(parsed.GetValue(warmUp)));
            await using var target = parsed.GetValue(url) is { } given
                ? LoadTarget.Running(new Uri(given), parsed.GetValue(pids)!)
                : await LoadTarget.StartAsync(parsed.GetValue(nodes), load.Users, parsed.GetValue(settings)!);
            var report = await LoadRun.RunAsync(load, target, cancellationToken);
            report.Print(Console.Out);
            if (parsed.GetValue(json) is { } file)
            {
                await File.WriteAllTextAsync(file, report.ToJson(), cancellationToken);
            }

            return report.Failed == 0 ? 0 : 1;
        });
        return command;
    }

    private static Option<T> Option<T>(string name, T value, string description) => new(name) { DefaultValueFactory = _ => value, Description = description };
}

/// <summary>What is sent.</summary>
internal sealed record LoadOptions(string Route, string? Ack, int Connections, int Users, int UsersPerPush, int Bytes, TimeSpan Duration, TimeSpan WarmUp);
