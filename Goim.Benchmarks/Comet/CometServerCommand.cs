using System.CommandLine;
using System.Globalization;
using Goim.Benchmarks.Load;
using Goim.Benchmarks.Targets;
using Goim.Comet;
using Goim.Comet.Topic;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Goim.Benchmarks.Comet;

/// <summary><c>comet-server</c>: runs a comet that reads from the embedded broker, in a separate process.</summary>
internal static class CometServerCommand
{
    private const string FetchWait = "--fetch-wait", Program = "Goim.Benchmarks.dll", RuntimeSettings = "Goim.Comet.runtimeconfig.json";

    public static Command Create()
    {
        var fetchWait = FetchWaitOption(1);
        var command = new Command(
            "comet-server",
            "Runs a comet with the settings of its environment variables. The other arguments are the comet's own, such as --urls.")
        {
            fetchWait,
        };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var wait = TimeSpan.FromMilliseconds(parsed.GetValue(fetchWait));
            var comet = CometApp.Build(
                [.. parsed.UnmatchedTokens], builder => builder.Services.Configure<TopicOptions>(topic => topic.FetchWait = wait));
            comet.Services.GetRequiredService<IStartupValidator>().Validate();
            await comet.StartAsync(cancellationToken);
            Console.WriteLine(CometApp.Banner(comet));
            await comet.WaitForShutdownAsync(cancellationToken);
        });
        return command;
    }

    public static Option<int> FetchWaitOption(int value) => LoadOptions.Number(
        FetchWait,
        value,
        "Milliseconds that the embedded broker holds an empty answer. It sends a record that comes meanwhile only with the next answer, "
        + "which other brokers do not. A low value costs the comet CPU time, a high one delays messages.");

    /// <summary>Starts the command in a separate process, with the comet's runtime settings.</summary>
    /// <param name="folder">The build.</param>
    /// <param name="fetchWaitMs">Milliseconds that the embedded broker holds an empty answer.</param>
    /// <param name="environment">Environment variables.</param>
    public static Task<(WatchedProcess Process, string Address)> StartAsync(
        string folder, int fetchWaitMs, IEnumerable<KeyValuePair<string, string>> environment)
    {
        var program = Path.Combine(folder, Program);
        return WatchedProcess.StartAsync(
            "comet",
            [
                "exec", "--runtimeconfig", Path.Combine(folder, RuntimeSettings), "--depsfile", Path.ChangeExtension(program, ".deps.json"),
                program, "comet-server", FetchWait, fetchWaitMs.ToString(CultureInfo.InvariantCulture), "--urls", "http://127.0.0.1:0",
            ],
            environment,
            StartedApp.AddressIn("http://"));
    }
}
