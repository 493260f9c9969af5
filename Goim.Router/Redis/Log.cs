using StackExchange.Redis;

namespace Goim.Router.Redis;

internal static partial class Log
{
    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "Redis does not answer ({Failure}): calls fail until it does.")]
    public static partial void RedisConnectionLost(this ILogger logger, ConnectionFailureType failure);

    [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "Redis answers again.")]
    public static partial void RedisConnectionRestored(this ILogger logger);

    // docs/operate.md quotes this message.
    [LoggerMessage(
        EventId = 3,
        Level = LogLevel.Error,
        Message = "Redis cannot be reached, or does not let this node in (RouterNode__Redis, RouterNode__RedisIdentity): "
            + "calls fail until it does.")]
    public static partial void RedisNotConnected(this ILogger logger);

    [LoggerMessage(
        EventId = 4,
        Level = LogLevel.Error,
        Message = "Getting a new token for Redis failed ({Failure}): Redis closes the connections when the current token expires.")]
    public static partial void RedisTokenNotRenewed(this ILogger logger, string failure);

    [LoggerMessage(EventId = 5, Level = LogLevel.Warning, Message = "Sentinels name another master of Redis: connecting to it.")]
    public static partial void RedisMasterReplaced(this ILogger logger);

    [LoggerMessage(EventId = 6, Level = LogLevel.Warning, Message = "{Sentence}")]
    public static partial void RedisRefusesPuts(this ILogger logger, string sentence);

    [LoggerMessage(EventId = 7, Level = LogLevel.Warning, Message = "Redis takes new sessions again.")]
    public static partial void RedisTakesPuts(this ILogger logger);

    [LoggerMessage(EventId = 8, Level = LogLevel.Error, Message = "{Sentence} Calls fail until one does.")]
    public static partial void RedisMasterUnknown(this ILogger logger, string sentence);

    [LoggerMessage(EventId = 9, Level = LogLevel.Error, Message = "Redis could not be checked.")]
    public static partial void RedisNotChecked(this ILogger logger, Exception exception);
}
