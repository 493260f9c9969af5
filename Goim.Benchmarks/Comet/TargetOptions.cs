using System.CommandLine;
using Goim.Benchmarks.Load;
using Goim.Benchmarks.Targets;
using Goim.LocalHost.Broker;

namespace Goim.Benchmarks.Comet;

/// <summary>The options that all commands of <c>comet</c> share: which comet, and how many clients.</summary>
internal sealed class TargetOptions(int defaultClients)
{
    private readonly Option<string?> server = new("--server")
    {
        Description = "A running comet: tcp://127.0.0.1:8080, ws://127.0.0.1:7071/sub or wss://host/sub. goim's own takes part too. "
            + "Without this option, a broker, router nodes, the local host and a comet are started.",
    };

    private readonly Option<string?> api = new("--api")
    {
        Description = "With --server: base URL (http or https) of the app that pushes to it. Not needed where nothing is pushed. "
            + Credentials.Help + " With GOIM_JWT_KEY (and GOIM_JWT_ISSUER, GOIM_JWT_AUDIENCE) clients show signed tokens.",
    };

    private readonly Option<string[]> pids = new("--pid")
    {
        Description = "With --server: NAME=PID of a process whose CPU time and memory to report, the comet's own process first. "
            + "May be repeated.",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string[]> headers = new("--header")
    {
        Description = "A header to send with every push, such as 'x-functions-key: abc' or 'x-goim-key: abc'. May be repeated.",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<bool> webSocket = new("--ws") { Description = "Without --server: connect over WebSocket, not TCP." };

    private readonly Option<string> target = new("--target")
    {
        Description = "Without --server: this or dir:FOLDER (another build), then the settings of the started processes, as in "
            + "this,Comet__MergeWindow=00:00:00.",
        DefaultValueFactory = _ => "this",
    };

    private readonly Option<bool> embedded = new("--embedded")
    {
        Description = "Without --server: start the local host alone, with its own comet, broker and router node.",
    };

    private readonly Option<int> nodes = LoadOptions.Number("--nodes", 2, "Without --server: number of router nodes.");

    private readonly Option<int> partitions = LoadOptions.Number(
        "--partitions", EmbeddedBroker.Partitions, "Without --server: partitions of the topic. With one, all messages have an order.");

    private readonly Option<int> clients = LoadOptions.Number("--clients", defaultClients, "Number of clients.");
    private readonly Option<string?> json = new("--json") { Description = "File to write the results to, as JSON." };

    public void AddTo(Command command)
    {
        Option[] all = [server, api, pids, headers, webSocket, target, embedded, nodes, partitions, clients, json];
        foreach (var option in all)
        {
            command.Add(option);
        }
    }

    public int Clients(ParseResult parsed) => parsed.GetValue(clients);

    /// <summary>Header lines of each push: those of the options, and for a running app those of the environment.</summary>
    public string[] Headers(ParseResult parsed) =>
        [.. parsed.GetValue(headers)!, .. parsed.GetValue(server) is null ? [] : Credentials.FromEnvironment().Headers];

    /// <summary>The users 1 and up, with tokens as a running app asks for them.</summary>
    public CometUsers Users(ParseResult parsed) => parsed.GetValue(server) is null ? new() : new(Credentials.FromEnvironment());

    /// <exception cref="TargetFailure">An option is invalid, or a process does not start.</exception>
    public async Task<CometTarget> TargetAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(server) is { } running)
        {
            var processes = parsed.GetValue(pids)!.Select(LoadCommand.Assignment).Select(pid => WatchedProcess.Running(pid.Key, pid.Value));
            var (comet, app, credentials) = (ServerAddress.Parse(running), Api(parsed), Credentials.FromEnvironment());
            credentials.CheckComet("--server", comet.Url);
            if (app is not null)
            {
                credentials.CheckApp("--api", app);
            }

            return new(comet, app, [.. processes]);
        }

        var spec = TargetSpec.Parse(parsed.GetValue(target)!);
        return spec.Kind is TargetKind.This or TargetKind.Folder
            ? await CometTarget.StartAsync(
                spec,
                parsed.GetValue(webSocket),
                parsed.GetValue(embedded),
                parsed.GetValue(nodes),
                parsed.GetValue(partitions),
                cancellationToken)
            : throw new TargetFailure($"--target is '{parsed.GetValue(target)}': expected this or dir:FOLDER, and settings.");
    }

    /// <summary>Writes <paramref name="results"/> to the file of <c>--json</c>, if the option is given.</summary>
    public Task WriteJsonAsync(ParseResult parsed, object results, CancellationToken cancellationToken) =>
        parsed.GetValue(json) is { } file
            ? File.WriteAllTextAsync(file, Json.Write(results), cancellationToken)
            : Task.CompletedTask;

    private Uri? Api(ParseResult parsed) => parsed.GetValue(api) is not { } text ? null
        : Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? url
        : throw new TargetFailure($"--api is '{text}': expected a URL such as http://127.0.0.1:7071.");
}
