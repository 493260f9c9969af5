using Microsoft.Extensions.Logging;

namespace Goim.Logic.Idempotency;

internal static partial class Log
{
    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "The storage of idempotency keys failed: {Operation} {Reason}.")]
    public static partial void KeyStorageFailed(this ILogger logger, string operation, string reason);

    [LoggerMessage(
        EventId = 2,
        Level = LogLevel.Error,
        Message = "The answer of a push could not be stored: a repeat with its idempotency key sends it again.")]
    public static partial void KeyAnswerNotStored(this ILogger logger);

    [LoggerMessage(
        EventId = 3,
        Level = LogLevel.Warning,
        Message = "The answer of a push was not stored, since another request has taken its idempotency key or the key's blob was deleted: "
            + "a repeat with this key may be sent again.")]
    public static partial void KeyTaken(this ILogger logger);

    [LoggerMessage(
        EventId = 4,
        Level = LogLevel.Warning,
        Message = "The idempotency key of a request that sent nothing was not freed, since another request has taken it: "
            + "a repeat with this key may be sent again.")]
    public static partial void KeyNotFreed(this ILogger logger);
}
