using System.Diagnostics;
using Grpc.Core;

namespace Goim.Logic.Telemetry;

/// <summary>The span and the duration of one router call.</summary>
internal readonly struct MeasuredCall : IDisposable
{
    private readonly string method;
    private readonly string node;
    private readonly long start = Stopwatch.GetTimestamp();
    private readonly Activity? span;

    /// <param name="name">Full name of the method.</param>
    /// <param name="node">Name of the node.</param>
    public MeasuredCall(string name, string node)
    {
        this.node = node;
        method = name;
        if (GoimTelemetry.Source.HasListeners())
        {
            span = GoimTelemetry.Source.StartActivity(method, ActivityKind.Client)?
                .SetTag("rpc.system.name", "grpc").SetTag("rpc.method", method).SetTag("server.address", node);
        }
    }

    public void End(StatusCode status)
    {
        if (GoimTelemetry.CallDuration.Enabled)
        {
            var tags = new TagList
            {
                { "rpc.system.name", "grpc" },
                { "rpc.method", method },
                { "server.address", node },
                { "rpc.response.status_code", status.ToString() },
            };
            GoimTelemetry.CallDuration.Record(Stopwatch.GetElapsedTime(start).TotalSeconds, tags);
        }

        span?.SetTag("rpc.response.status_code", status.ToString()).SetStatus(status == StatusCode.OK ? ActivityStatusCode.Unset : ActivityStatusCode.Error);
    }

    public void Dispose() => span?.Dispose();
}
