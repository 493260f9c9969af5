using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Goim.Logic.Routing.Nodes;

internal static partial class Log
{
    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "Router node {Node} failed a call: {Status}, {Detail}")]
    public static partial void RouterNodeFailed(this ILogger logger, string node, StatusCode status, string detail);

    [LoggerMessage(
        EventId = 2,
        Level = LogLevel.Warning,
        Message = "The clock of router node {Node} is {SkewMs} ms ahead of this machine's (behind, if negative).")]
    public static partial void RouterNodeClockDiffers(this ILogger logger, string node, long skewMs);

    [LoggerMessage(
        EventId = 3,
        Level = LogLevel.Warning,
        Message = "Router nodes {Nodes} keep their sessions in different stores, so no call is made: expected one Redis for all of them.")]
    public static partial void StoresDiffer(this ILogger logger, string nodes);
}
