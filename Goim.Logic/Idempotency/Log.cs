using Microsoft.Extensions.Logging;

namespace Goim.Logic.Idempotency;

internal static partial class Log
{
    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "The storage of idempotency keys failed.")]
    public static partial void KeyStorageFailed(this ILogger logger, Exception exception);

    [LoggerMessage(EventId = 2, Level = LogLevel.Error, Message = "The answer of a push was not kept: a repeat with its idempotency key sends it again after a minute.")]
    public static partial void KeyAnswerNotKept(this ILogger logger, Exception exception);
}
