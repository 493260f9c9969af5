using System.CommandLine;
using Goim.Benchmarks.Targets;

namespace Goim.Benchmarks.Load;

/// <summary>The options that every command which sends requests has.</summary>
internal sealed class LoadOptions
{
    private readonly Option<string?> ack = new("--ack") { Description = "Parameter ack of pushes: queue or broker. Unless given, none is sent." };
    private readonly Option<string[]> headers = new("--header") { Description = "A header for every request, such as 'x-functions-key: abc'. May be repeated.", DefaultValueFactory = _ => [] };
    private readonly Option<int> connections = Number("--connections", 50, "Connections, with one request at a time under way on each; the next follows its answer at once.");
    private readonly Option<int> usersPerPush = Number("--users-per-push", 1_000, "Distinct users in one pushs or router/mget, lines in one push/batch.");
    private readonly Option<int> bytes = Number("--bytes", 100, "Bytes of one message.");
    private readonly Option<double> warmUp = Seconds("--warm-up", 3, "Seconds of load before those that are measured.");
    private readonly Option<double> duration = Seconds("--duration", 10, "Seconds that are measured.");
    private readonly Option<int> users = Number("--users", 100_000, "Users with sessions, ids 1 to this; pushes choose among them at random.");
    private readonly Option<int> sessions = Number("--sessions-per-user", 1, "Sessions of each user, each on the next comet server.");
    private readonly Option<int> rooms = Number("--rooms", 1_000, "Rooms that the users are in, ids 1 to this.");
    private readonly Option<int> servers = Number("--servers", 10, "Comet servers that the sessions are on, ids 1 to this.");
    private readonly Option<int> nodes = Number("--nodes", 2, "Router nodes that are started with an app.");
    private readonly Option<string?> json = new("--json") { Description = "File to write the figures to as well." };

    /// <param name="command">What they are for.</param>
    /// <param name="hasShape">False where the command chooses sizes itself.</param>
    public void AddTo(Command command, bool hasShape = true)
    {
        foreach (var option in hasShape ? (Option[])[ack, headers, connections, usersPerPush, bytes, users, sessions, rooms, servers] : [])
        {
            command.Add(option);
        }

        foreach (var option in (Option[])[warmUp, duration, nodes, json])
        {
            command.Add(option);
        }
    }

    public static Option<T> Route<T>(string description, T value)
    {
        var option = new Option<T>("--route") { Description = description, DefaultValueFactory = _ => value };
        option.AcceptOnlyFromAmong(RequestWriter.Routes);
        return option;
    }

    /// <exception cref="TargetFailure">They do not fit together.</exception>
    public LoadShape Shape(ParseResult parsed, string route)
    {
        var shape = new LoadShape(
            route, parsed.GetValue(ack), parsed.GetValue(headers)!, parsed.GetValue(connections), parsed.GetValue(usersPerPush), parsed.GetValue(bytes),
            WarmUp(parsed), Duration(parsed));
        return RequestWriter.HasMany(route) && shape.UsersPerPush > parsed.GetValue(users)
            ? throw new TargetFailure($"--users-per-push is {shape.UsersPerPush}: expected at most the number of --users, since they are distinct.")
            : shape.Headers.FirstOrDefault(header => !header.Contains(':')) is { } bad
                ? throw new TargetFailure($"--header is '{bad}': expected 'name: value'.")
                : shape;
    }

    public Population Population(ParseResult parsed) => new(parsed.GetValue(users), parsed.GetValue(sessions), parsed.GetValue(rooms), parsed.GetValue(servers));

    public TimeSpan WarmUp(ParseResult parsed) => TimeSpan.FromSeconds(parsed.GetValue(warmUp));

    public TimeSpan Duration(ParseResult parsed) => TimeSpan.FromSeconds(parsed.GetValue(duration));

    public int Nodes(ParseResult parsed) => parsed.GetValue(nodes);

    public string[] Headers(ParseResult parsed) => parsed.GetValue(headers)!;

    /// <summary>Writes <paramref name="report"/> to the file that is asked for, if one is.</summary>
    public Task WriteJsonAsync(ParseResult parsed, object report, CancellationToken cancellationToken) =>
        parsed.GetValue(json) is { } file ? File.WriteAllTextAsync(file, Json.Write(report), cancellationToken) : Task.CompletedTask;

    public static Option<int> Number(string name, int value, string description)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => value };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
            {
                result.AddError($"{name} is {result.GetValueOrDefault<int>()}: expected 1 or more.");
            }
        });
        return option;
    }

    private static Option<double> Seconds(string name, double value, string description)
    {
        var option = new Option<double>(name) { Description = description, DefaultValueFactory = _ => value };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is < 0 or > 3_600)
            {
                result.AddError($"{name} is {result.GetValueOrDefault<double>()}: expected 0 to 3600 seconds.");
            }
        });
        return option;
    }
}
