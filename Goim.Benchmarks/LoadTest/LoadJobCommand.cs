using System.CommandLine;
using System.Globalization;
using Goim.Benchmarks.Comet;
using Goim.Benchmarks.Load;
using Goim.Benchmarks.Targets;

namespace Goim.Benchmarks.LoadTest;

/// <summary><c>load-job</c>: one job of a load test. <c>Goim.Benchmarks/load-test</c> starts it.</summary>
internal static class LoadJobCommand
{
    /// <summary>Jobs that get their numbers at random: so many that two hardly get the same.</summary>
    private const int MaxRandomJob = 1_000_000;

    /// <summary>Maximum time of all parts with clients: shorter than their tokens are valid, which is 2 hours.</summary>
    private static readonly TimeSpan MaxTime = Credentials.TokenLifetime - TimeSpan.FromMinutes(5);

    public static Command Create()
    {
        var url = new Option<string>("--url") { Description = "Base URL (http or https) of the app.", Required = true };
        var comet = new Option<string?>("--comet")
        {
            Description = "Where clients connect: wss://host/sub, ws://127.0.0.1:7071/sub or tcp://127.0.0.1:8080. "
                + "Without it nobody connects, and the job only pushes to rooms that nobody is in.",
        };
        var job = new Option<int?>("--job") { Description = "Number of the job from 1. Default: at random, up to 1,000,000." };
        var firstUser = new Option<long>("--first-user")
        {
            Description = "The first job's users have the ids from this on. Each job has 1,000,000 ids.",
            DefaultValueFactory = _ => 1_000_000_000,
        };
        var connections = LoadOptions.Number("--connections", 50, "HTTP connections. Each sends one request at a time.");
        var clients = LoadOptions.Number("--clients", 200, "Clients that connect.");
        var rate = LoadOptions.Number("--rate", 20, "Pushes a second to the room of the clients.");
        var bytes = LoadOptions.Number("--bytes", 100, "Size of a message in bytes, 24 at least.");
        var ack = new Option<string?>("--ack") { Description = "Query parameter ack of pushes: queue or broker. Default: none." };
        var warmUp = LoadOptions.Seconds("--warm-up", 3, "Seconds of load before each measurement.");
        var duration = LoadOptions.Seconds("--duration", 10, "Seconds of each measurement.");
        var yes = new Option<bool>("--yes-load-this-app")
        {
            Description = "Required for a host that is not this machine: the app and its comets get the load beside their users.",
        };
        var command = new Command(
            "load-job",
            "One job of a load test, against an app that runs. Clients connect and stay; requests are sent as fast as they are answered: "
            + "pushes to empty rooms, to the clients, and in batches; then pushes to the clients' room, and connects. Each result is "
            + "printed as a line, for load-sum. " + Credentials.Help + " With GOIM_JWT_KEY clients show signed tokens (GOIM_JWT_ISSUER, "
            + "GOIM_JWT_AUDIENCE), otherwise user ids. The exit code is 1 if something failed.")
        {
            url, comet, job, firstUser, connections, clients, rate, bytes, ack, warmUp, duration, yes,
        };
        command.SetAction((parsed, cancellationToken) => CommandRunner.RunAsync(async () =>
        {
            LoadRun.UseOneThread();
            var app = new Uri(TargetSpec.Url(parsed.GetValue(url)!, null, []).Location);
            var server = parsed.GetValue(comet) is { } address ? ServerAddress.Parse(address, "--comet") : null;
            Permit([app, server?.Url], parsed.GetValue(yes));
            var number = parsed.GetValue(job) ?? Random.Shared.Next(1, MaxRandomJob + 1);
            if (number is < 1 or > MaxRandomJob)
            {
                throw new TargetFailure($"--job is {number}: expected 1 to {MaxRandomJob}.");
            }

            if (parsed.GetValue(bytes) < Stamp.Length)
            {
                throw new TargetFailure($"--bytes is {parsed.GetValue(bytes)}: expected {Stamp.Length} or more.");
            }

            var shape = new LoadJobShape(
                app,
                server,
                number,
                parsed.GetValue(firstUser),
                parsed.GetValue(connections),
                parsed.GetValue(clients),
                parsed.GetValue(rate),
                parsed.GetValue(bytes),
                parsed.GetValue(ack),
                TimeSpan.FromSeconds(parsed.GetValue(warmUp)),
                TimeSpan.FromSeconds(parsed.GetValue(duration)));
            return await RunAsync(shape, cancellationToken);
        }));
        return command;
    }

    private static async Task<int> RunAsync(LoadJobShape shape, CancellationToken cancellationToken)
    {
        if (shape.Comet is not null && shape.Time > MaxTime)
        {
            throw new TargetFailure(string.Create(
                CultureInfo.InvariantCulture,
                $"--warm-up {shape.WarmUp.TotalSeconds} and --duration {shape.Duration.TotalSeconds} take {shape.Time.TotalSeconds} s "
                + $"in {shape.TimedParts} parts: "
                + $"expected {MaxTime.TotalSeconds} s at most, since the clients' tokens are valid for 2 hours."));
        }

        var credentials = Credentials.FromEnvironment();
        credentials.CheckApp("--url", shape.Url);
        if (shape.Comet is { Url: var comet })
        {
            credentials.CheckComet("--comet", comet);
        }

        var results = new List<PartResult>();
        var users = string.Create(CultureInfo.InvariantCulture, $"users from {shape.User} on");
        Console.WriteLine($"{shape.Url} {shape.Comet?.Url}: {shape.Connections} connections, {shape.Clients} clients, {users}");
        try
        {
            await new LoadJob(shape, credentials, Report).RunAsync(cancellationToken);
            Console.WriteLine(PartResult.Finished);
        }
        finally
        {
            Console.WriteLine();
            PartTable.Print(Console.Out, results);
        }

        var failures = results.Where(result => result.Failed > 0).ToArray();
        return failures.Length == 0 ? 0 : throw new TargetFailure(string.Join(
            '\n', failures.Select(failure => $"{failure.Part}: {failure.Failed} of {failure.Count} failed. The first: {failure.Failure}")));

        // The whole line at once, also where the output is a file, so that a job that is killed leaves what it has measured.
        void Report(PartResult result)
        {
            results.Add(result);
            Console.WriteLine(result.ToLine());
        }
    }

    private static void Permit(IEnumerable<Uri?> urls, bool isPermitted)
    {
        if (!isPermitted && urls.FirstOrDefault(url => url is { IsLoopback: false }) is { } other)
        {
            throw new TargetFailure(
                $"{other.Host} is not this machine, and its app, comets and broker would get the load beside their users: "
                + "--yes-load-this-app is missing.");
        }
    }
}
