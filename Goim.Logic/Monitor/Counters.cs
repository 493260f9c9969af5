using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Goim.Logic.Telemetry;
using Grpc.Core;
using Microsoft.Extensions.Hosting;

namespace Goim.Logic.Monitor;

/// <summary>Sums what the app's instruments measure, from the start or from the last reset.</summary>
public sealed class Counters : IHostedService, IDisposable
{
    private readonly ConcurrentDictionary<Instrument, Sums> sums = new();
    private readonly MeterListener listener = new();
    private readonly GoimMetrics metrics;

    public Counters(GoimMetrics metrics)
    {
        this.metrics = metrics;
        listener.InstrumentPublished = (instrument, subscriber) =>
        {
            if (instrument.Meter == metrics.Meter)
            {
                subscriber.EnableMeasurementEvents(instrument, SumsOf(instrument));
            }
        };
        listener.SetMeasurementEventCallback<long>(OnCount);
        listener.SetMeasurementEventCallback<double>(OnCall);
        listener.Start();
    }

    internal long Pushes => SumsOf(metrics.Pushes).Of("").Value;

    /// <param name="outcome">queued, acknowledged or failed.</param>
    internal long Records(string outcome) => SumsOf(metrics.Records).Of(outcome).Value;

    /// <param name="outcome">queued, replayed, deferred or poison.</param>
    internal long Journal(string outcome) => SumsOf(metrics.Journal).Of(outcome).Value;

    internal long EventsDropped => SumsOf(metrics.EventsDropped).Of("").Value;

    internal long RouterRetries(string node) => SumsOf(metrics.Retries).Of(node).Value;

    internal long RouterCalls(string node) => SumsOf(metrics.CallDuration).Of(node).Value;

    internal long RouterFailures(string node) => SumsOf(metrics.CallDuration).FailuresOf(node).Value;

    internal void Reset()
    {
        foreach (var sum in sums.Values)
        {
            sum.Reset();
        }
    }

    // A hosted service only so that it exists, and counts, before the first call.
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => listener.Dispose();

    private void OnCount(Instrument instrument, long count, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        ((Sums)state!).Of(tags.Length == 0 ? "" : (string)tags[0].Value!).Add(count);
    }

    private void OnCall(Instrument instrument, double seconds, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        var (node, status) = ("", "");
        foreach (var tag in tags)
        {
            node = tag.Key == GoimMetrics.NodeTag ? (string)tag.Value! : node;
            status = tag.Key == GoimMetrics.StatusTag ? (string)tag.Value! : status;
        }

        var calls = (Sums)state!;
        calls.Of(node).Add(1);
        if (status is not (nameof(StatusCode.OK) or nameof(StatusCode.Cancelled)))
        {
            calls.FailuresOf(node).Add(1);
        }
    }

    private Sums SumsOf(Instrument instrument) => sums.GetOrAdd(instrument, static _ => new Sums());

    /// <summary>The sums of one instrument, by its tag. The instrument's measurements bring it, since every push makes several.</summary>
    private sealed class Sums
    {
        private readonly ConcurrentDictionary<string, Sum> all = new(), failures = new();

        public Sum Of(string tag) => all.GetOrAdd(tag, static _ => new Sum());

        public Sum FailuresOf(string tag) => failures.GetOrAdd(tag, static _ => new Sum());

        public void Reset()
        {
            foreach (var sum in all.Values.Concat(failures.Values))
            {
                sum.Reset();
            }
        }
    }

    private sealed class Sum
    {
        private long value;

        public long Value => Interlocked.Read(ref value);

        public void Add(long count) => Interlocked.Add(ref value, count);

        public void Reset() => Interlocked.Exchange(ref value, 0);
    }
}
