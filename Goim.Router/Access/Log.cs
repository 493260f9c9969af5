using System.Net;

namespace Goim.Router.Access;

internal static partial class Log
{
    [LoggerMessage(
        EventId = 1,
        Level = LogLevel.Warning,
        Message = "The node listens on {Urls} without RouterNode__Token: whoever reaches it can read and change all sessions.")]
    public static partial void ListensWithoutToken(this ILogger logger, string urls);

    [LoggerMessage(
        EventId = 2,
        Level = LogLevel.Warning,
        Message = "Calls refused without a token of RouterNode__Token: {Count} since the last such line, the last one from {Caller}.")]
    public static partial void CallsRefused(this ILogger logger, long count, IPAddress? caller);
}
