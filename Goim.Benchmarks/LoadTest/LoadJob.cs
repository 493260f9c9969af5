using System.Globalization;
using Goim.Benchmarks.Comet;
using Goim.Benchmarks.Load;
using Goim.Benchmarks.Targets;

namespace Goim.Benchmarks.LoadTest;

/// <summary>Carries out the parts of a load test against a running app, one after the other.</summary>
/// <param name="shape">What it does.</param>
/// <param name="credentials">Keys and tokens.</param>
/// <param name="report">Takes each result as soon as it is there.</param>
internal sealed class LoadJob(LoadJobShape shape, Credentials credentials, Action<PartResult> report)
{
    /// <summary>HTTP connections that push to the room.</summary>
    private const int Streams = 8;

    /// <summary>Runs all parts. Without a comet it only pushes to rooms that nobody is in.</summary>
    /// <exception cref="TargetFailure">The app or the comet refuses, does not answer, or ends.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await AppCheck.RunAsync(shape.Url, credentials, cancellationToken);
        if (shape.Comet is not { } comet)
        {
            await PushAsync(Parts.Room, cancellationToken);
            return;
        }

        var users = new CometUsers(credentials, shape.User, shape.Room);
        using (var clients = new HeldClients(comet, shape.Clients, Streams, users))
        {
            await ConnectAsync(clients, comet, cancellationToken);
            await PushAsync(Parts.Room, cancellationToken);
            await PushAsync(Parts.User, cancellationToken);
            await PushAsync(Parts.Batch, cancellationToken);
            await DeliverAsync(clients, comet, users.Room, cancellationToken);
        }

        await ChurnAsync(comet, cancellationToken);
    }

    private async Task ConnectAsync(HeldClients clients, ServerAddress comet, CancellationToken cancellationToken)
    {
        var watch = Watch.Start();
        try
        {
            await clients.ConnectAsync(cancellationToken);
        }
        catch (TargetFailure failure)
        {
            throw new TargetFailure($"{comet.Url}: {failure.Message}", failure);
        }

        report(watch.Result(Parts.Connections, shape.Clients, 0, null, Times.Of(clients.ConnectTimes)));
    }

    private async Task PushAsync(string part, CancellationToken cancellationToken)
    {
        var population = new Population(
            shape.Clients, 1, LoadJobShape.EmptyRooms, 1, shape.User, LoadJobShape.FirstEmptyRoom);
        var load = new LoadShape(
            part, shape.Ack, credentials.Headers, shape.Connections, shape.Batch, shape.Bytes, shape.WarmUp, shape.Duration);
        await using var target = await LoadTarget.StartAsync(
            TargetSpec.Url(shape.Url.ToString(), null, []), population, 0, load.Headers, cancellationToken);
        var measured = await LoadRun.RunAsync(load, target, cancellationToken);
        var watch = Watch.Ended(measured.Elapsed);
        var pushes = part == Parts.Batch ? shape.Batch : 1;
        report(watch.Result(part, measured.Requests, measured.Failed, measured.Refusal, Times.Of(measured.Latencies), pushes));
    }

    private async Task DeliverAsync(HeldClients clients, ServerAddress comet, int room, CancellationToken cancellationToken)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"/1/push/room?rid={room}");
        var route = new PushRoute(Parts.Room, _ => path, shape.Clients, IsOrdered: true).WithAck(shape.Ack);
        var pushers = Enumerable.Range(0, Streams)
            .Select(stream => new Pusher(shape.Url, credentials.Headers, route, stream, shape.Bytes)).ToArray();
        try
        {
            await using var target = new CometTarget(comet, shape.Url, []);
            var load = new CometShape(
                shape.Clients, Streams, shape.Bytes, shape.Rate, shape.Ack, IsRising: false, shape.WarmUp, shape.Duration);
            var run = new DeliveryRun(target, clients, route, load, pushers);
            if (shape.WarmUp > TimeSpan.Zero)
            {
                await run.RunAsync(shape.Rate, shape.WarmUp, cancellationToken);
            }

            var measured = await run.RunAsync(shape.Rate, shape.Duration, cancellationToken);
            var watch = Watch.Ended(measured.Elapsed);
            var failed = measured.Refused + Math.Abs(measured.Lost) + measured.OutOfOrder + measured.Disconnected;
            var failure = measured.Refusal ?? measured.Disconnection
                ?? (failed == 0 ? null : $"{measured.Lost} messages did not arrive, {measured.OutOfOrder} were out of order");
            var times = new Times(measured.P50Ms, measured.P99Ms, measured.MaxMs);
            report(watch.Result(Parts.Deliveries, measured.Received, failed, failure, times) with
            {
                PushesPerSecond = measured.PushesPerSecond,
            });
        }
        finally
        {
            foreach (var pusher in pushers)
            {
                pusher.Dispose();
            }
        }
    }

    private async Task ChurnAsync(ServerAddress comet, CancellationToken cancellationToken)
    {
        // Not the users that were connected before.
        var clients = new ChurningClients(comet, shape.Clients, new CometUsers(credentials, shape.User + shape.Clients, shape.Room));
        long connects, failed;
        Watch watch;
        using (clients)
        {
            clients.Start();
            await Task.Delay(shape.WarmUp, cancellationToken);
            (connects, failed) = (clients.Connects, clients.Failed);
            watch = Watch.Start();
            await Task.Delay(shape.Duration, cancellationToken);
            (connects, failed) = (clients.Connects - connects, clients.Failed - failed);
            watch = watch.Stop();
            clients.Stop();
        }

        // When nothing connects any more.
        report(watch.Result(Parts.Churn, connects, failed, clients.Failure, Times.Of(clients.ConnectTimes)));
    }
}
