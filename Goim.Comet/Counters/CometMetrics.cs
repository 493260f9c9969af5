using System.Diagnostics.Metrics;
using System.Text.Json;
using Goim.Comet.Wire;

namespace Goim.Comet.Counters;

/// <summary>
/// The instruments of a comet. Most read the counters when somebody collects them. Each comet has its own meter, so that comets in one
/// process are not mixed up. docs/settings.md describes them.
/// </summary>
internal sealed class CometMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Goim.Comet";

    /// <summary>No answer of the broker, or the last one was an error.</summary>
    private const long NoAnswer = long.MinValue;

    /// <summary>The comet's <c>service.name</c>.</summary>
    public const string Service = "goim-comet";

    /// <summary>
    /// How long an answer of the broker counts. The reader asks 5 s after each answer, and waits at most 5 s for the next one.
    /// </summary>
    private static readonly TimeSpan AnswerAge = TimeSpan.FromSeconds(15);

    private static readonly double[] LagBounds =
        [1, 2, 5, 10, 20, 30, 50, 75, 100, 150, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000];

    // Why a client is not registered. The other causes end connections that are.
    private static readonly DisconnectCause[] Failures =
    [
        DisconnectCause.Client, DisconnectCause.Protocol, DisconnectCause.Handshake, DisconnectCause.Refused, DisconnectCause.Unavailable,
        DisconnectCause.Full, DisconnectCause.NotReady, DisconnectCause.HeldTooMuch, DisconnectCause.Stop,
    ];

    private readonly CometCounters counters;
    private readonly TimeProvider time;
    private readonly Histogram<double> lag;
    private readonly Counter<long> facadeCalls, epochChanges;
    private long answeredAt = NoAnswer;

    public CometMetrics(IMeterFactory meters, CometCounters counters, TimeProvider time)
    {
        (this.counters, this.time) = (counters, time);
        var meter = meters.Create(MeterName);
        lag = meter.CreateHistogram(
            "goim.comet.topic.lag",
            "ms",
            "Time from a record's timestamp to its write to the clients.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = LagBounds });
        facadeCalls = meter.CreateCounter<long>("goim.comet.facade.calls", "{call}", "Calls of the facade.");
        epochChanges = meter.CreateCounter<long>("goim.comet.epoch.changes", "{change}", "Heartbeats with changed epochs.");
        AddConnections(meter);
        AddDelivery(meter);
        AddTopic(meter);
    }

    /// <summary>Whether somebody collects the age of written records.</summary>
    public bool MeasuresLag => lag.Enabled;

    /// <summary>A lane has written a record. A time after now, by the clock of another machine, counts as now.</summary>
    /// <param name="recordTime">The record's time, Unix ms.</param>
    public void RecordWritten(long recordTime) => lag.Record(Math.Max(0, time.GetUtcNow().ToUnixTimeMilliseconds() - recordTime));

    /// <summary>The reader of the topic, which knows the offsets, has asked the broker for the topic's partitions.</summary>
    /// <param name="isOk">Whether the broker has named them.</param>
    public void TopicAsked(bool isOk) => Volatile.Write(ref answeredAt, isOk ? time.GetTimestamp() : NoAnswer);

    /// <summary>A call of the facade has ended.</summary>
    /// <param name="route">Its route. A query is left out.</param>
    /// <param name="isOk">Whether the answer had <c>ret</c> 1.</param>
    public void FacadeCalled(string route, bool isOk)
    {
        if (facadeCalls.Enabled)
        {
            var query = route.IndexOf('?', StringComparison.Ordinal);
            facadeCalls.Add(
                1, new("goim.facade.route", query < 0 ? route : route[..query]), new("goim.facade.outcome", isOk ? "ok" : "failed"));
        }
    }

    /// <summary>A heartbeat has told that a router node has forgotten sessions.</summary>
    public void EpochsChanged() => epochChanges.Add(1);

    private void AddConnections(Meter meter)
    {
        meter.CreateObservableUpDownCounter(
            "goim.comet.connections", () => (long)counters.Connections, "{connection}", "Open connections.");
        meter.CreateObservableCounter("goim.comet.connects", Connects, "{connect}", "Connects of clients.");
        meter.CreateObservableCounter(
            "goim.comet.disconnects",
            () => Enum.GetValues<DisconnectCause>()
                .Select(cause => Of(counters.DisconnectsOf(cause), "goim.disconnect.cause", NameOf(cause))),
            "{disconnect}",
            "Connections that have ended.");
    }

    private void AddDelivery(Meter meter)
    {
        meter.CreateObservableCounter(
            "goim.comet.messages.delivered", () => ByKind(counters.DeliveredOf), "{message}", "Messages written to connections.");
        meter.CreateObservableCounter(
            "goim.comet.messages.dropped", () => ByKind(counters.DroppedOf), "{message}", "Messages that connections did not get.");
        meter.CreateObservableCounter("goim.comet.writes", () => counters.Writes, "{write}", "Writes with one message or more.");
        meter.CreateObservableGauge("goim.comet.merge_factor", MergeFactor, "{message}", "Messages in a write, since the start.");
        meter.CreateObservableCounter("goim.comet.sent.bytes", () => counters.SentBytes, "By", "Bytes sent to clients.");
        meter.CreateObservableCounter("goim.comet.received.bytes", () => counters.ReceivedBytes, "By", "Bytes received from clients.");
        meter.CreateObservableCounter("goim.comet.held", () => counters.Held, "{message}", "Messages held for connects under way.");
        meter.CreateObservableCounter(
            "goim.comet.held.forgotten", () => counters.HeldForgotten, "{message}", "Held messages whose connect did not come.");
    }

    private void AddTopic(Meter meter)
    {
        meter.CreateObservableGauge("goim.comet.topic.up", () => IsTopicUp() ? 1L : 0L, description: "1 while the topic is read.");
        meter.CreateObservableCounter("goim.comet.records", Records, "{record}", "Records of the topic.");
        meter.CreateObservableCounter("goim.comet.offset.resets", () => counters.ResetOffsets, "{reset}", "Offsets out of range.");
    }

    private IEnumerable<Measurement<long>> Connects() =>
    [
        Of(counters.Connects, "goim.connect.outcome", "registered"),
        .. Failures.Select(cause => Of(counters.FailedConnectsOf(cause), "goim.connect.outcome", NameOf(cause))),
    ];

    private IEnumerable<Measurement<long>> Records() =>
    [
        Of(counters.ReadRecords, "goim.record.outcome", "read"),
        Of(counters.SkippedRecords, "goim.record.outcome", "skipped"),
        Of(counters.UnreadableRecords, "goim.record.outcome", "unreadable"),
        Of(counters.ExpiredRecords, "goim.record.outcome", "expired"),
    ];

    private static IEnumerable<Measurement<long>> ByKind(Func<PacketKind, long> count) =>
        new[] { PacketKind.Multiple, PacketKind.Room, PacketKind.Broadcast }
            .Select(kind => Of(count(kind), "goim.message.kind", NameOf(kind)));

    private bool IsTopicUp() =>
        Volatile.Read(ref answeredAt) is var last && last != NoAnswer && time.GetElapsedTime(last) < AnswerAge;

    // From the totals, so that several collectors do not disturb each other. None before the first write.
    private IEnumerable<Measurement<double>> MergeFactor() =>
        counters.MergeFactor is { } factor ? [new Measurement<double>(factor)] : [];

    private static Measurement<long> Of(long count, string attribute, string value) =>
        new(count, new KeyValuePair<string, object?>(attribute, value));

    private static string NameOf<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
