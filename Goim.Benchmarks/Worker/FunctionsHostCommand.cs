using System.CommandLine;
using Goim.Benchmarks.Targets;

namespace Goim.Benchmarks.Worker;

/// <summary><c>functions-host</c>: runs a published worker under a stand-in for the Functions host.</summary>
internal static class FunctionsHostCommand
{
    private const string Ready = "Worker ", Requests = " answers on ";
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    public static Command Create()
    {
        var folder = new Argument<string>("folder") { Description = "Folder of a published build of Goim.Functions." };
        var settings = new Option<string[]>("--setting")
        {
            DefaultValueFactory = _ => [],
            Description = "NAME=VALUE, an environment variable of the worker. May be repeated.",
        };
        var command = new Command(
            "functions-host",
            "Runs the function app's worker of a published build under a stand-in for the Functions host, until Ctrl+C or the end of its "
            + "standard input. It hands requests to the worker as the host does, and drops records for the output bindings. Measure it "
            + "with `compare worker:FOLDER`, which starts it.")
        {
            folder, settings,
        };
        command.SetAction((parsed, cancellationToken) => CommandRunner.RunAsync(async () =>
        {
            await using var host = await FunctionsHost.StartAsync(parsed.GetValue(folder)!, cancellationToken);
            host.StartWorker(parsed.GetValue(settings)!);
            await Task.WhenAny(
                host.Loaded, host.Worker.WaitForExitAsync(cancellationToken), Task.Delay(StartLimit, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
            if (host.Worker.HasExited)
            {
                throw new TargetFailure($"The worker of {parsed.GetValue(folder)} has ended.");
            }

            if (!host.Loaded.IsCompleted)
            {
                throw new TargetFailure($"The worker of {parsed.GetValue(folder)} has not loaded its functions within {StartLimit}.");
            }

            await host.Loaded;
            Console.WriteLine($"{Ready}{host.Worker.Id}{Requests}{host.Requests}");
            await Console.In.ReadToEndAsync(cancellationToken);
            return 0;
        }));
        return command;
    }

    /// <summary>Starts the command in a process of its own.</summary>
    /// <returns>The process, that of the worker, and where the host takes requests.</returns>
    /// <exception cref="TargetFailure">The worker does not start.</exception>
    public static async Task<(WatchedProcess Host, WatchedProcess Worker, string Url)> StartAsync(
        string folder, IEnumerable<KeyValuePair<string, string>> settings)
    {
        string[] command = [typeof(FunctionsHostCommand).Assembly.Location, "functions-host", folder];
        var (host, line) = await WatchedProcess.StartAsync(
            LoadTarget.Host,
            [.. command, .. settings.SelectMany(static setting => (string[])["--setting", $"{setting.Key}={setting.Value}"])],
            [],
            static line => line.StartsWith(Ready, StringComparison.Ordinal) ? line : null);
        var parts = line[Ready.Length..].Split(Requests);
        return (host, WatchedProcess.Running("app", parts[0], isOurs: true), parts[1]);
    }
}
