using System.Diagnostics;
using System.Diagnostics.Metrics;
using Grpc.Core;

namespace Goim.Logic.Telemetry;

/// <summary>The instruments of one app. Each app has its own meter, so that apps in one process are not mixed up.</summary>
/// <remarks>Names and attributes of calls follow OpenTelemetry's semantic conventions for RPC.</remarks>
public sealed class GoimMetrics
{
    internal const string NodeTag = "server.address", StatusTag = "rpc.response.status_code";
    internal const string PushOutcomeTag = "goim.push.outcome";
    internal const string RecordOutcomeTag = "goim.record.outcome", JournalOutcomeTag = "goim.journal.outcome";
    internal const string ReasonTag = "goim.access.reason";

    // Those of a router node's rpc.server.call.duration, so that both ends of a call can be compared.
    private static readonly InstrumentAdvice<double> CallBounds = new()
    {
        HistogramBucketBoundaries =
            [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    };

    public GoimMetrics(IMeterFactory meters)
    {
        Meter = meters.Create(GoimTelemetry.Name);
        CallDuration = Meter.CreateHistogram("rpc.client.call.duration", "s", "Duration of a router call.", advice: CallBounds);
        Retries = Meter.CreateCounter<long>("goim.router.retries", "{attempt}", "Attempts of router calls after the first.");
        Pushes = Meter.CreateCounter<long>("goim.pushes", "{push}", "Pushes planned.");
        PushesAnswered = Meter.CreateCounter<long>("goim.pushes.answered", "{push}", "Pushes, by what is known of their records.");
        Records = Meter.CreateCounter<long>("goim.records", "{record}", "Records handed to Kafka.");
        Journal = Meter.CreateCounter<long>("goim.journal", "{entry}", "Entries of the journal.");
        EventsDropped = Meter.CreateCounter<long>("goim.events.dropped", "{event}", "Events that are not on their topic.");
        Refused = Meter.CreateCounter<long>("goim.access.refused", "{request}", "Requests and lines of batches that callers may not send.");
    }

    internal Meter Meter { get; }

    /// <summary>
    /// Seconds of a router call, retries included. Attributes: <c>rpc.method</c>, <c>server.address</c> (the node's name) and
    /// <c>rpc.response.status_code</c>.
    /// </summary>
    internal Histogram<double> CallDuration { get; }

    /// <summary>Attempts after the first, by <c>server.address</c>.</summary>
    internal Counter<long> Retries { get; }

    /// <summary>Pushes planned, also those that reach nobody.</summary>
    internal Counter<long> Pushes { get; }

    /// <summary>
    /// Planned pushes that have ended, by <c>goim.push.outcome</c>: queued (handed to the output binding), or with our own producer
    /// acknowledged, none, some, unknown.
    /// </summary>
    internal Counter<long> PushesAnswered { get; }

    /// <summary>
    /// Records of pushes, by <c>goim.record.outcome</c>: queued (handed to the output binding), acknowledged or failed (own producer).
    /// </summary>
    internal Counter<long> Records { get; }

    /// <summary>Entries of the journal, by <c>goim.journal.outcome</c>: queued, replayed, deferred, poison.</summary>
    internal Counter<long> Journal { get; }

    /// <summary>
    /// Events that were too large, or that our own producer did not take or got no acknowledgement for. The output binding does not report
    /// those that it loses.
    /// </summary>
    internal Counter<long> EventsDropped { get; }

    /// <summary>What callers may not send, by <c>goim.access.reason</c>: key, scope, rate.</summary>
    internal Counter<long> Refused { get; }

    internal void Pushed(int pushes = 1) => Pushes.Add(pushes);

    internal void PushQueued(int records)
    {
        PushesAnswered.Add(1, Tag(PushOutcomeTag, "queued"));
        Records.Add(records, Tag(RecordOutcomeTag, "queued"));
    }

    /// <summary>The records of a push were delivered, or not. <see cref="RecordsDelivered"/> counts them.</summary>
    internal void PushDelivered(string outcome) => PushesAnswered.Add(1, Tag(PushOutcomeTag, outcome));

    internal void RecordsDelivered(int acknowledged, int failed)
    {
        Records.Add(acknowledged, Tag(RecordOutcomeTag, "acknowledged"));
        if (failed > 0)
        {
            Records.Add(failed, Tag(RecordOutcomeTag, "failed"));
        }
    }

    internal void JournalEntry(string outcome) => Journal.Add(1, Tag(JournalOutcomeTag, outcome));

    internal void EventDropped() => EventsDropped.Add(1);

    internal void AccessRefused(string reason, int count) => Refused.Add(count, Tag(ReasonTag, reason));

    internal void RouterCallRetried(string node) => Retries.Add(1, Tag(NodeTag, node));

    internal void RouterCalled(string method, string node, StatusCode status, TimeSpan duration)
    {
        if (CallDuration.Enabled)
        {
            CallDuration.Record(duration.TotalSeconds, new TagList
            {
                { "rpc.system.name", "grpc" },
                { "rpc.method", method },
                { NodeTag, node },
                { StatusTag, status.ToString() },
            });
        }
    }

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}
