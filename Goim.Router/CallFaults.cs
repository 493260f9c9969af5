using System.Globalization;
using Goim.Protocol;
using Grpc.AspNetCore.Server;
using Grpc.Core;

namespace Goim.Router;

/// <summary>
/// Tells faults of the caller from those of the node. gRPC answers a malformed message with Internal or Unknown and logs it as an error:
/// here it is InvalidArgument, and a line at Debug. A call that fails for a reason that nobody expected is logged as an error.
/// </summary>
internal sealed class CallFaults(ILogger<CallFaults> logger)
{
    private const string StatusHeader = "grpc-status", MessageHeader = "grpc-message";
    private const string Malformed = "The request is not a well-formed message of this method.";

    private static readonly string TooLarge = string.Create(
        CultureInfo.InvariantCulture,
        $"The message is larger than {RouterNode.MaxRequestBytes} bytes. "
        + $"{RouterLimits.MaxUsers} users or {RouterLimits.MaxPuts} puts fit.");

    /// <summary>Middleware around gRPC.</summary>
    public async Task RunAsync(HttpContext context, RequestDelegate next)
    {
        await next(context);
        if (context.Features.Get<IServerCallContextFeature>()?.ServerCallContext is not { } call)
        {
            // Not HTTP/2, or a content type other than gRPC's.
            if (context.Response.Headers[StatusHeader] == StatusText(StatusCode.Internal))
            {
                Refuse(context, "A request that is not gRPC", Malformed);
            }

            return;
        }

        var status = call.Status;
        if (status.StatusCode == StatusCode.OK)
        {
            return;
        }

        if (IsOfCaller(status))
        {
            Refuse(context, call.Method, Malformed);
        }
        else if (IsTooLarge(status))
        {
            Refuse(context, call.Method, TooLarge);
        }
        else if (status is { StatusCode: StatusCode.Unknown, DebugException: { } failed } && !IsOfCallerWhoIsGone(failed, context))
        {
            logger.CallFailed(call.Method, failed);
        }
        else
        {
            logger.CallRefused(call.Method, status.StatusCode, status.Detail);
        }
    }

    // Grpc.AspNetCore.Server PipeExtensions: Internal is wrong framing. What cannot be parsed or read is an exception, and Unknown:
    // InvalidProtocolBufferException and BadHttpRequestException (a body that comes too slowly) are IOExceptions.
    private static bool IsOfCaller(Status status) =>
        status.StatusCode == StatusCode.Internal
        || status is { StatusCode: StatusCode.Unknown, DebugException: IOException or InvalidDataException };

    // Grpc.AspNetCore.Server PipeExtensions. No such status of the node's own has this text.
    private static bool IsTooLarge(Status status) =>
        status.StatusCode == StatusCode.ResourceExhausted
        && status.Detail.StartsWith("Received message exceeds", StringComparison.Ordinal);

    // Or whose deadline is over: then the connection is not aborted.
    private static bool IsOfCallerWhoIsGone(Exception failed, HttpContext context) =>
        failed is OperationCanceledException || context.RequestAborted.IsCancellationRequested;

    private void Refuse(HttpContext context, string method, string sentence)
    {
        logger.CallRefused(method, StatusCode.InvalidArgument, sentence);
        if (!context.Response.HasStarted)
        {
            context.Response.Headers[StatusHeader] = StatusText(StatusCode.InvalidArgument);
            context.Response.Headers[MessageHeader] = sentence;
        }
    }

    private static string StatusText(StatusCode status) => ((int)status).ToString(CultureInfo.InvariantCulture);
}

internal static partial class Log
{
    [LoggerMessage(EventId = 1, Level = LogLevel.Debug, Message = "{Method} was refused: {Status}, {Detail}")]
    public static partial void CallRefused(this ILogger logger, string method, StatusCode status, string detail);

    [LoggerMessage(EventId = 2, Level = LogLevel.Error, Message = "{Method} failed.")]
    public static partial void CallFailed(this ILogger logger, string method, Exception exception);
}
