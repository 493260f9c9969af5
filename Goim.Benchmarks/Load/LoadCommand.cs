using System.CommandLine;
using Goim.Benchmarks.Targets;

namespace Goim.Benchmarks.Load;

/// <summary><c>load</c>: requests over a number of connections for a while, and what they and the processes behind them took.</summary>
internal static class LoadCommand
{
    public static Command Create()
    {
        var options = new LoadOptions();
        var route = LoadOptions.Route("What to call. connect and router/put add sessions while they run.", "push/all");
        var url = new Option<string?>("--url") { Description = "Base URL, http or https, of an app that runs already: this project's, or another one with goim's API. Its users must have sessions. Unless given, a broker, router nodes and the local host are started, and sessions put." };
        var pids = new Option<string[]>("--pid") { Description = "With --url: name=process id of a process whose CPU time and memory are wanted, the app's own first. May be repeated.", DefaultValueFactory = _ => [] };
        var settings = new Option<string[]>("--setting") { Description = "Without --url: NAME=VALUE for the environment of local host and router nodes. May be repeated.", DefaultValueFactory = _ => [] };
        var command = new Command(
            "load",
            "Sends requests as fast as they are answered, and prints requests/s, latencies, CPU time and memory of each process (this one included), and what the app allocates a request where its /monitor/stat says so. Exit code 1 if a request was not answered with ret 1.") { route, url, pids, settings };
        options.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Failing.AsSentence(async () =>
        {
            LoadRun.UseOneThread();
            var shape = options.Shape(parsed, parsed.GetValue(route)!);
            var spec = parsed.GetValue(url) is { } given
                ? TargetSpec.Url(given, null, Pairs(parsed.GetValue(pids)!))
                : new TargetSpec("this", TargetKind.This, "", Pairs(parsed.GetValue(settings)!));
            await using var target = await LoadTarget.StartAsync(spec, options.Population(parsed), options.Nodes(parsed), options.Headers(parsed), cancellationToken);
            var report = await LoadRun.RunAsync(shape, target, cancellationToken);
            report.Print(Console.Out);
            await options.WriteJsonAsync(parsed, report.ToJson(), cancellationToken);
            return report.Failed == 0 ? 0 : 1;
        }));
        return command;
    }

    private static KeyValuePair<string, string>[] Pairs(string[] texts) =>
        [.. texts.Select(text => text.Split('=', 2)).Select(pair => pair.Length == 2 ? KeyValuePair.Create(pair[0], pair[1]) : throw new TargetFailure($"'{pair[0]}' has no value: expected name=value."))];
}
