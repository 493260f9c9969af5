namespace Goim.LocalHost.Worker;

internal static partial class Log
{
    [LoggerMessage(
        EventId = 1,
        Level = LogLevel.Warning,
        Message = "A request was answered with status 500: its Host is {Host}, expected the name of a host.")]
    public static partial void HostUnusable(this ILogger logger, string host);
}
