using System.CommandLine;
using System.Globalization;
using Goim.Benchmarks.Targets;

namespace Goim.Benchmarks.Load;

/// <summary>The options that all commands that send requests share.</summary>
internal sealed class LoadOptions
{
    private readonly Option<string?> ack = new("--ack") { Description = "Query parameter ack of pushes: queue or broker. Default: none." };

    private readonly Option<string[]> headers = new("--header")
    {
        Description = "A header to send with every request, such as 'x-functions-key: abc' or 'x-goim-key: abc'. May be repeated.",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<int> connections = Number(
        "--connections", 50, "Number of connections. Each sends one request at a time, and the next one as soon as it is answered.");

    private readonly Option<int> usersPerPush = Number(
        "--users-per-push", 1_000, "Distinct users in one pushs, router/mget or router/mput; lines in one push/batch.");

    private readonly Option<int> bytes = Number("--bytes", 100, "Size of a message in bytes.");
    private readonly Option<double> warmUp = Seconds("--warm-up", 3, "Seconds of load before the measurement.");
    private readonly Option<double> duration = Seconds("--duration", 10, "Seconds to measure.");

    private readonly Option<int> users = Number(
        "--users", 100_000, "Number of users with sessions. Their ids start at 1; pushes choose among them at random.");

    private readonly Option<int> sessions = Number(
        "--sessions-per-user", 1, "Number of sessions of each user, each on the next comet server.");

    private readonly Option<int> rooms = Number("--rooms", 1_000, "Number of rooms that the users are in. Their ids start at 1.");
    private readonly Option<int> servers = Number("--servers", 10, "Number of comet servers with the sessions. Their ids start at 1.");
    private readonly Option<int> nodes = Number("--nodes", 2, "Number of router nodes to start with an app.");
    private readonly Option<string?> json = new("--json") { Description = "File to write the results to, as JSON." };

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="hasShape">False for a command that chooses the load and the population itself.</param>
    public void AddTo(Command command, bool hasShape = true)
    {
        Option[] shape = hasShape ? [ack, headers, connections, usersPerPush, bytes, users, sessions, rooms, servers] : [];
        foreach (var option in (Option[])[.. shape, warmUp, duration, nodes, json])
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

    /// <summary>The load that the options describe.</summary>
    /// <exception cref="TargetFailure">The options contradict each other.</exception>
    public LoadShape Shape(ParseResult parsed, string route)
    {
        var shape = new LoadShape(
            route,
            parsed.GetValue(ack),
            parsed.GetValue(headers)!,
            parsed.GetValue(connections),
            parsed.GetValue(usersPerPush),
            parsed.GetValue(bytes),
            WarmUp(parsed),
            Duration(parsed));
        if (RequestWriter.HasMany(route) && shape.UsersPerPush > parsed.GetValue(users))
        {
            throw new TargetFailure(
                $"--users-per-push is {shape.UsersPerPush}: expected at most the number of --users, since they are distinct.");
        }

        return shape.Headers.FirstOrDefault(header => !header.Contains(':')) is { } invalid
            ? throw new TargetFailure($"--header is '{invalid}': expected 'name: value'.")
            : shape;
    }

    public Population Population(ParseResult parsed) =>
        new(parsed.GetValue(users), parsed.GetValue(sessions), parsed.GetValue(rooms), parsed.GetValue(servers));

    public TimeSpan WarmUp(ParseResult parsed) => TimeSpan.FromSeconds(parsed.GetValue(warmUp));

    public TimeSpan Duration(ParseResult parsed) => TimeSpan.FromSeconds(parsed.GetValue(duration));

    public int Nodes(ParseResult parsed) => parsed.GetValue(nodes);

    public string[] Headers(ParseResult parsed) => parsed.GetValue(headers)!;

    /// <summary>Writes <paramref name="results"/> to the file of <c>--json</c>, if the option is given.</summary>
    public Task WriteJsonAsync(ParseResult parsed, object results, CancellationToken cancellationToken) =>
        parsed.GetValue(json) is { } file
            ? File.WriteAllTextAsync(file, Json.Write(results), cancellationToken)
            : Task.CompletedTask;

    /// <summary>An option for a whole number of at least 1.</summary>
    public static Option<int> Number(string name, int value, string description)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => value };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && int.TryParse(text, out var number) && number < 1)
            {
                result.AddError($"{name} is {number}: expected 1 or more.");
            }
        });
        return option;
    }

    /// <summary>An option for a time of 0 to 3,600 seconds.</summary>
    public static Option<double> Seconds(string name, double value, string description)
    {
        var option = new Option<double>(name) { Description = description, DefaultValueFactory = _ => value };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }]
                && double.TryParse(text, CultureInfo.InvariantCulture, out var number)
                && number is not (>= 0 and <= 3_600))
            {
                result.AddError($"{name} is {text}: expected 0 to 3600 seconds.");
            }
        });
        return option;
    }
}
