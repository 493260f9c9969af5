namespace Goim.LocalHost.Worker;

internal static partial class Log
{
    [LoggerMessage(
        EventId = 1,
        Level = LogLevel.Warning,
        Message = "A request was answered with status 500: its Host is {Host}, expected the name of a host.")]
    public static partial void HostUnusable(this ILogger logger, string host);

    [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "A request of function {Function} ended with status 408: {Reason}")]
    public static partial void BodyIncomplete(this ILogger logger, string function, string reason);
}
