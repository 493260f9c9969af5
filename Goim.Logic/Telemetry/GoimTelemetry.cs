using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Goim.Logic.Telemetry;

/// <summary>The names under which this project's spans and metrics are found, and its instruments.</summary>
/// <remarks>Names and attributes of calls are OpenTelemetry's semantic conventions for RPC.</remarks>
public static class GoimTelemetry
{
    /// <summary>Name of the <see cref="ActivitySource"/> and of the <see cref="Meter"/>.</summary>
    public const string Name = "Goim";

    internal static readonly ActivitySource Source = new(Name);

    private static readonly Meter Meter = new(Name);

    /// <summary>Seconds of a router call, retries included; by <c>rpc.method</c>, <c>server.address</c> (node name), <c>rpc.response.status_code</c>.</summary>
    internal static readonly Histogram<double> CallDuration = Meter.CreateHistogram<double>("rpc.client.call.duration", "s", "Duration of a router call.");

    /// <summary>Attempts after the first.</summary>
    internal static readonly Counter<long> Retries = Meter.CreateCounter<long>("goim.router.retries", "{attempt}", "Attempts of router calls after the first.");

    /// <summary>Pushes planned, those to nobody included.</summary>
    internal static readonly Counter<long> Pushes = Meter.CreateCounter<long>("goim.pushes", "{push}", "Pushes planned.");

    /// <summary>Records of pushes; by <c>goim.record.outcome</c>: queued (handed to the output binding), acknowledged, failed.</summary>
    internal static readonly Counter<long> Records = Meter.CreateCounter<long>("goim.records", "{record}", "Records handed to Kafka.");

    /// <summary>Entries of the journal; by <c>goim.journal.outcome</c>: queued, replayed, deferred, poison.</summary>
    internal static readonly Counter<long> Journal = Meter.CreateCounter<long>("goim.journal", "{entry}", "Entries of the journal.");
}
