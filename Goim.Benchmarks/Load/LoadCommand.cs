using System.CommandLine;
using Goim.Benchmarks.Targets;

namespace Goim.Benchmarks.Load;

/// <summary><c>load</c>: sends requests for some time, and reports throughput, latencies, CPU time and memory.</summary>
internal static class LoadCommand
{
    public static Command Create()
    {
        var options = new LoadOptions();
        var route = LoadOptions.Route("Route to call. connect, router/put and router/mput add sessions during the run.", "push/all");
        var url = new Option<string?>("--url")
        {
            Description = "Base URL (http or https) of a running app: this project, or another with goim's API. Its users must already "
                + "have sessions. " + Credentials.Help + " Without this option, a broker, router nodes and the local host are started, and "
                + "the sessions are put.",
        };
        var pids = new Option<string[]>("--pid")
        {
            Description = "With --url: NAME=PID of a process whose CPU time and memory to report, the app's own process first. "
                + "May be repeated.",
            DefaultValueFactory = _ => [],
        };
        var settings = new Option<string[]>("--setting")
        {
            Description = "Without --url: NAME=VALUE, an environment variable of the local host and the router nodes. May be repeated.",
            DefaultValueFactory = _ => [],
        };
        var command = new Command(
            "load",
            "Sends each request as soon as the one before it is answered. Prints requests/s, latencies, the CPU time and memory of each "
            + "process (this one included), and the bytes that the app allocates per request, if its /monitor/stat reports them. "
            + "The exit code is 1 if a request was not answered with ret 1.")
        {
            route, url, pids, settings,
        };
        options.AddTo(command);
        command.SetAction((parsed, cancellationToken) => CommandRunner.RunAsync(async () =>
        {
            LoadRun.UseOneThread();
            var shape = options.Shape(parsed, parsed.GetValue(route)!);
            var spec = new TargetSpec("this", TargetKind.This, "", Assignments(parsed.GetValue(settings)!));
            if (parsed.GetValue(url) is { } given)
            {
                spec = TargetSpec.Url(given, null, Assignments(parsed.GetValue(pids)!));
                var credentials = Credentials.FromEnvironment();
                credentials.CheckApp("--url", new Uri(spec.Location));
                shape = shape with { Headers = [.. shape.Headers, .. credentials.Headers] };
            }

            await using var target = await LoadTarget.StartAsync(
                spec, options.Population(parsed), options.Nodes(parsed), shape.Headers, cancellationToken);
            var report = await LoadRun.RunAsync(shape, target, cancellationToken);
            report.Print(Console.Out);
            await options.WriteJsonAsync(parsed, report.ToJson(), cancellationToken);
            return report.Failed == 0 ? 0 : 1;
        }));
        return command;
    }

    private static KeyValuePair<string, string>[] Assignments(string[] texts) => [.. texts.Select(Assignment)];

    /// <summary>The parts of <c>NAME=VALUE</c>.</summary>
    /// <exception cref="TargetFailure">The text has no <c>=</c>.</exception>
    public static KeyValuePair<string, string> Assignment(string text) => text.Split('=', 2) is [var name, var value]
        ? KeyValuePair.Create(name, value)
        : throw new TargetFailure($"'{text}' has no value: expected NAME=VALUE.");
}
