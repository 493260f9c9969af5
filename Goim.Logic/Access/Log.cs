using Microsoft.Extensions.Logging;

namespace Goim.Logic.Access;

internal static partial class Log
{
    [LoggerMessage(
        EventId = 1,
        Level = LogLevel.Information,
        Message = "{Kind}: caller {Caller}, route {Route}, target {Target}, count {Count}, outcome {Outcome}, trace {TraceId}")]
    public static partial void Audited(
        this ILogger logger, AuditKind kind, string caller, string route, string target, int count, string outcome, string traceId);

    [LoggerMessage(EventId = 2, Level = LogLevel.Information, Message = "{Kind}: caller {Caller}, lines left out in a second: {Count}")]
    public static partial void LeftOut(this ILogger logger, AuditKind kind, string caller, int count);
}
