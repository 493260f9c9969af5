using System.CommandLine;
using System.Globalization;
using Goim.Benchmarks.Targets;

namespace Goim.Benchmarks.Comet;

/// <summary><c>comet fan-out</c>, <c>room</c> and <c>latency</c>: pushes to connected clients, and counts what they receive.</summary>
internal static class DeliveryCommand
{
    private const double RateFactor = 1.25;

    /// <summary><c>fan-out</c>: to everybody.</summary>
    public static Command FanOut() => Create(
        "fan-out",
        "Pushes to all clients (push/all).",
        new TargetOptions(defaultClients: 1_000),
        new ShapeOptions(defaultRate: 20, defaultWarmUp: 5, defaultDuration: 10),
        clients => new PushRoute("push/all", _ => "/1/push/all", clients, IsOrdered: false));

    /// <summary><c>room</c>: to room 1, which every user is in with goim's default logic and <c>UserIdAuthenticator</c>.</summary>
    public static Command Room() => Create(
        "room",
        "Pushes to room 1, where all clients are (push/room). A message that comes out of order is an error here.",
        new TargetOptions(defaultClients: 1_000),
        new ShapeOptions(defaultRate: 1_000, defaultWarmUp: 5, defaultDuration: 10),
        clients => new PushRoute("push/room", _ => "/1/push/room?rid=1", clients, IsOrdered: true));

    /// <summary><c>latency</c>: to one user after the other.</summary>
    public static Command Latency() => Create(
        "latency",
        "Pushes to one client after the other (push), which is light load.",
        new TargetOptions(defaultClients: 100),
        new ShapeOptions(defaultRate: 10, defaultWarmUp: 10, defaultDuration: 30),
        clients => new PushRoute(
            "push", push => string.Create(CultureInfo.InvariantCulture, $"/1/push?uid={push % clients + 1}"), 1, IsOrdered: false));

    private static Command Create(
        string name, string description, TargetOptions options, ShapeOptions shapeOptions, Func<int, PushRoute> routeTo)
    {
        var command = new Command(
            name,
            description + " Prints pushes and deliveries a second, the comet's CPU time for a million deliveries, the time from push to "
            + "receipt, and what was lost, out of order or refused. The exit code is 1 if something was. With --max the rate rises by a "
            + "quarter until something is lost, later than a second or not pushed in time, and the last row without is the result.");
        options.AddTo(command);
        shapeOptions.AddTo(command);
        command.SetAction((parsed, cancellationToken) => CommandRunner.RunAsync(async () =>
        {
            var shape = shapeOptions.Shape(parsed, options.Clients(parsed));
            await using var target = await options.TargetAsync(parsed, cancellationToken);
            var route = routeTo(shape.Clients).WithAck(shape.Ack);
            var headers = options.Headers(parsed);
            var pushers = Enumerable.Range(0, shape.Streams)
                .Select(stream => new Pusher(target.Api, headers, route, stream, shape.Bytes)).ToArray();
            try
            {
                var reports = await RunAsync(target, route, shape, options.Users(parsed), pushers, cancellationToken);
                await options.WriteJsonAsync(parsed, reports.Select(report => report.ToJson()), cancellationToken);
                return shape.IsRising || reports.TrueForAll(report => report.IsComplete) ? 0 : 1;
            }
            finally
            {
                foreach (var pusher in pushers)
                {
                    pusher.Dispose();
                }
            }
        }));
        return command;
    }

    private static async Task<List<DeliveryReport>> RunAsync(
        CometTarget target,
        PushRoute route,
        CometShape shape,
        CometUsers users,
        Pusher[] pushers,
        CancellationToken cancellationToken)
    {
        using var clients = new HeldClients(target.Server, shape.Clients, shape.Streams, users);
        await clients.ConnectAsync(cancellationToken);
        var run = new DeliveryRun(target, clients, route, shape, pushers);
        if (shape.WarmUp > TimeSpan.Zero)
        {
            await run.RunAsync(shape.Rate, shape.WarmUp, cancellationToken);
        }

        Console.WriteLine($"{route.Name} to {shape.Clients} clients on {target.Server.Url}, {shape.Bytes} bytes, {shape.Streams} streams");
        Console.WriteLine();
        DeliveryReport.PrintHead(Console.Out);
        var reports = new List<DeliveryReport>();
        for (var rate = shape.Rate; ; rate *= RateFactor)
        {
            var report = await run.RunAsync(rate, shape.Duration, cancellationToken);
            reports.Add(report);
            report.PrintRow(Console.Out);
            if (!shape.IsRising || !report.IsSustained)
            {
                break;
            }
        }

        var last = reports.FindLast(report => report.IsSustained);
        if (shape.IsRising)
        {
            Console.WriteLine();
            Console.WriteLine(last is null
                ? "the first rate was too high"
                : string.Create(CultureInfo.InvariantCulture, $"most: {last.DeliveriesPerSecond:0} deliveries/s"));
        }

        var shown = last ?? reports[^1];
        ProcessTable.Print(Console.Out, shown.Usage, shown.Elapsed, shown.Received, "delivery");
        return reports;
    }
}
