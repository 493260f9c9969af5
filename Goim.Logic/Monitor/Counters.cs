using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Goim.Logic.Telemetry;
using Grpc.Core;
using Microsoft.Extensions.Hosting;

namespace Goim.Logic.Monitor;

/// <summary>Sums what the app's instruments measure, from the start or from the last reset.</summary>
public sealed class Counters : IHostedService, IDisposable
{
    private readonly ConcurrentDictionary<(Instrument Instrument, string Tag, bool IsFailure), Sum> sums = new();
    private readonly MeterListener listener = new();
    private readonly GoimMetrics metrics;
    private readonly Sum pushes;

    public Counters(GoimMetrics metrics)
    {
        this.metrics = metrics;
        pushes = SumOf(metrics.Pushes, "");
        listener.InstrumentPublished = (instrument, subscriber) =>
        {
            if (instrument.Meter == metrics.Meter)
            {
                subscriber.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>(OnCount);
        listener.SetMeasurementEventCallback<double>(OnCall);
        listener.Start();
    }

    internal long Pushes => pushes.Value;

    /// <param name="outcome">queued, acknowledged or failed.</param>
    internal long Records(string outcome) => SumOf(metrics.Records, outcome).Value;

    /// <param name="outcome">queued, replayed, deferred or poison.</param>
    internal long Journal(string outcome) => SumOf(metrics.Journal, outcome).Value;

    internal long EventsDropped => SumOf(metrics.EventsDropped, "").Value;

    internal long RouterRetries(string node) => SumOf(metrics.Retries, node).Value;

    internal long RouterCalls(string node) => SumOf(metrics.CallDuration, node).Value;

    internal long RouterFailures(string node) => SumOf(metrics.CallDuration, node, isFailure: true).Value;

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
        var sum = instrument == metrics.Pushes ? pushes : SumOf(instrument, tags.Length == 0 ? "" : (string)tags[0].Value!);
        sum.Add(count);
    }

    private void OnCall(Instrument instrument, double seconds, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        var (node, status) = ("", "");
        foreach (var tag in tags)
        {
            node = tag.Key == GoimMetrics.NodeTag ? (string)tag.Value! : node;
            status = tag.Key == GoimMetrics.StatusTag ? (string)tag.Value! : status;
        }

        SumOf(instrument, node).Add(1);
        if (status is not (nameof(StatusCode.OK) or nameof(StatusCode.Cancelled)))
        {
            SumOf(instrument, node, isFailure: true).Add(1);
        }
    }

    private Sum SumOf(Instrument instrument, string tag, bool isFailure = false) =>
        sums.GetOrAdd((instrument, tag, isFailure), static _ => new Sum());

    private sealed class Sum
    {
        private long value;

        public long Value => Interlocked.Read(ref value);

        public void Add(long count) => Interlocked.Add(ref value, count);

        public void Reset() => Interlocked.Exchange(ref value, 0);
    }
}
