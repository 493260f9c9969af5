using System.Diagnostics;
using Grpc.Core;

namespace Goim.Logic.Telemetry;

/// <summary>The span and the duration of one router call.</summary>
internal readonly struct MeasuredCall : IDisposable
{
    private readonly GoimMetrics metrics;
    private readonly string method;
    private readonly string node;
    private readonly long start = Stopwatch.GetTimestamp();
    private readonly Activity? span;

    /// <param name="metrics">Takes the duration.</param>
    /// <param name="method">Full name of the method.</param>
    /// <param name="node">Name of the node.</param>
    public MeasuredCall(GoimMetrics metrics, string method, string node)
    {
        (this.metrics, this.method, this.node) = (metrics, method, node);
        if (GoimTelemetry.Source.HasListeners())
        {
            span = GoimTelemetry.Source.StartActivity(method, ActivityKind.Client)?
                .SetTag("rpc.system.name", "grpc").SetTag("rpc.method", method).SetTag(GoimMetrics.NodeTag, node);
        }
    }

    /// <summary>The call has ended.</summary>
    public void End(StatusCode status)
    {
        metrics.RouterCalled(method, node, status, Stopwatch.GetElapsedTime(start));
        span?.SetTag(GoimMetrics.StatusTag, status.ToString())
            .SetStatus(status == StatusCode.OK ? ActivityStatusCode.Unset : ActivityStatusCode.Error);
    }

    public void Dispose() => span?.Dispose();
}
