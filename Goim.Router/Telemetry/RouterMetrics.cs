using System.Diagnostics;
using System.Diagnostics.Metrics;
using Grpc.Core;

namespace Goim.Router.Telemetry;

/// <summary>
/// The instruments of a node's calls and of its Redis. Each node has its own meter, so that nodes in one process are not mixed up.
/// Names and attributes follow OpenTelemetry's semantic conventions for RPC and databases. docs/settings.md describes them.
/// </summary>
internal sealed class RouterMetrics
{
    // https://opentelemetry.io/docs/specs/semconv/database/database-metrics/, and finer, since Redis answers within a millisecond.
    private static readonly InstrumentAdvice<double> Bounds = new()
    {
        HistogramBucketBoundaries =
            [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    };

    private readonly Histogram<double> calls, operations;

    public RouterMetrics(IMeterFactory meters)
    {
        Meter = meters.Create(RouterTelemetry.MeterName);
        calls = Meter.CreateHistogram("rpc.server.call.duration", "s", "Duration of a call.", advice: Bounds);
        operations = Meter.CreateHistogram("db.client.operation.duration", "s", "Duration of a Redis command or script.", advice: Bounds);
    }

    /// <summary>The node's meter.</summary>
    public Meter Meter { get; }

    /// <summary>Whether somebody collects the durations of calls.</summary>
    public bool MeasuresCalls => calls.Enabled;

    /// <summary>Whether somebody collects the durations of Redis' commands.</summary>
    public bool MeasuresOperations => operations.Enabled;

    /// <summary>A call has ended.</summary>
    /// <param name="method">Service and method.</param>
    /// <param name="status">How it has ended.</param>
    /// <param name="duration">How long it took on the node.</param>
    public void Called(string method, StatusCode status, TimeSpan duration) => calls.Record(duration.TotalSeconds, new TagList
    {
        { "rpc.system.name", "grpc" },
        { "rpc.method", method },
        { "rpc.response.status_code", status.ToString() },
    });

    /// <summary>Redis has answered a command or script, or failed to.</summary>
    /// <param name="operation">The command.</param>
    /// <param name="script">The script that it runs. Null for none.</param>
    /// <param name="error">Type of the failure. Null for none.</param>
    /// <param name="duration">How long it took, with the way there and back.</param>
    public void Operated(string operation, string? script, string? error, TimeSpan duration)
    {
        var tags = new TagList { { "db.system.name", "redis" }, { "db.operation.name", operation } };
        if (script is not null)
        {
            tags.Add("db.stored_procedure.name", script);
        }

        if (error is not null)
        {
            tags.Add("error.type", error);
        }

        operations.Record(duration.TotalSeconds, tags);
    }
}
