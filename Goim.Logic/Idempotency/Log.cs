using Microsoft.Extensions.Logging;

namespace Goim.Logic.Idempotency;

internal static partial class Log
{
    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "The storage of idempotency keys failed: {Reason}.")]
    public static partial void KeyStorageFailed(this ILogger logger, string reason);

    [LoggerMessage(
        EventId = 2,
        Level = LogLevel.Error,
        Message = "The answer of a push could not be stored: a repeat with its idempotency key sends it again.")]
    public static partial void KeyAnswerNotStored(this ILogger logger);
}
