using StackExchange.Redis;

namespace Goim.Router.Redis;

internal static partial class Log
{
    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "Redis does not answer ({Failure}): calls fail until it does.")]
    public static partial void RedisLost(this ILogger logger, ConnectionFailureType failure);

    [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "Redis answers again.")]
    public static partial void RedisRestored(this ILogger logger);

    [LoggerMessage(EventId = 3, Level = LogLevel.Error, Message = "Redis cannot be reached, or does not let this node in (RouterNode__Redis, RouterNode__RedisIdentity): calls fail until it does.")]
    public static partial void RedisNotReached(this ILogger logger);

    [LoggerMessage(EventId = 4, Level = LogLevel.Error, Message = "There is no new token for Redis ({Failure}): connections end when the old one does.")]
    public static partial void NoRedisToken(this ILogger logger, string failure);
}
