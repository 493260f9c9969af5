using System.Diagnostics;
using System.Globalization;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Http.Features;

namespace Goim.Router.Telemetry;

/// <summary>
/// Measures each call, also one that is refused before gRPC has it. Costs next to nothing while nobody collects the measurements.
/// </summary>
internal sealed class CallDuration(RequestDelegate next, RouterMetrics metrics)
{
    // For a path that is no method: callers could make up any number of names.
    private const string Other = "_OTHER";

    private const string StatusHeader = "grpc-status";

    public Task InvokeAsync(HttpContext context) => metrics.MeasuresCalls ? MeasureAsync(context) : next(context);

    private async Task MeasureAsync(HttpContext context)
    {
        var begin = Stopwatch.GetTimestamp();
        try
        {
            await next(context);
        }
        finally
        {
            metrics.Called(MethodOf(context), StatusOf(context), Stopwatch.GetElapsedTime(begin));
        }
    }

    private static string MethodOf(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>()?.Method.FullName is { } name ? name[1..] : Other;

    private static StatusCode StatusOf(HttpContext context)
    {
        var status = SentStatus(context);
        return context.RequestAborted.IsCancellationRequested && status is not (StatusCode.OK or StatusCode.DeadlineExceeded)
            ? StatusCode.Cancelled
            : status;
    }

    // An answer without a message has its status in the headers, another one in the trailers.
    private static StatusCode SentStatus(HttpContext context)
    {
        var text = context.Response.Headers[StatusHeader];
        if (text.Count == 0 && context.Features.Get<IHttpResponseTrailersFeature>() is { } trailers)
        {
            text = trailers.Trailers[StatusHeader];
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var code) ? (StatusCode)code
            : context.Features.Get<IServerCallContextFeature>()?.ServerCallContext.Status.StatusCode ?? StatusCode.Unknown;
    }
}
