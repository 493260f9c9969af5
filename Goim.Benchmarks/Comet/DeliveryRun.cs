using System.Diagnostics;
using HdrHistogram;

namespace Goim.Benchmarks.Comet;

/// <summary>Pushes to connected clients at a rate, and counts what they receive.</summary>
internal sealed class DeliveryRun(CometTarget target, HeldClients clients, PushRoute route, CometShape shape, Pusher[] pushers)
{
    /// <summary>A message that does not arrive while nothing else does for this long is lost.</summary>
    private static readonly TimeSpan LostAfter = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan PollPeriod = TimeSpan.FromMilliseconds(50);

    /// <summary>Runs once.</summary>
    /// <exception cref="Targets.TargetFailure">A process has ended, or the app closed a connection.</exception>
    public async Task<DeliveryReport> RunAsync(double rate, TimeSpan duration, CancellationToken cancellationToken)
    {
        var run = clients.BeginRun();
        var before = target.Processes.Select(process => process.Start()).ToArray();
        var start = Stopwatch.GetTimestamp();
        var end = start + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        var interval = Stopwatch.Frequency / rate;
        await Task.WhenAll(pushers.Select(pusher => Task.Factory.StartNew(
            () => pusher.Run(run, start, end, interval, pushers.Length),
            cancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default))).WaitAsync(cancellationToken);
        var pushTime = Stopwatch.GetElapsedTime(start);

        var pushes = pushers.Sum(pusher => (long)pusher.Accepted);
        var expected = pushes * route.Receivers;
        await WaitForAsync(expected, cancellationToken);
        var usage = target.Processes.Zip(before, (process, values) => process.Since(values)).ToArray();
        var latencies = clients.Receipts.Latencies;
        return new DeliveryReport(
            rate,
            pushes,
            pushers.Sum(pusher => (long)pusher.Refused),
            pushers.Select(pusher => pusher.Refusal).FirstOrDefault(refusal => refusal is not null),
            pushTime < duration ? duration : pushTime,
            expected,
            clients.Received,
            clients.OutOfOrder,
            route.IsOrdered,
            shape.Clients - clients.Connected,
            clients.Failure,
            latencies.GetValueAtPercentile(50) / 1_000.0,
            latencies.GetValueAtPercentile(99) / 1_000.0,
            latencies.GetMaxValue() / 1_000.0,
            Stopwatch.GetElapsedTime(start, Math.Max(clients.Receipts.Last, start + 1)),
            usage);
    }

    private async Task WaitForAsync(long expected, CancellationToken cancellationToken)
    {
        var quiet = Stopwatch.StartNew();
        for (long received = 0; clients.Received is var now && now < expected && quiet.Elapsed < LostAfter; received = now)
        {
            if (now > received)
            {
                quiet.Restart();
            }

            await Task.Delay(PollPeriod, cancellationToken);
        }
    }
}
