using Microsoft.Extensions.Logging;

namespace Goim.Logic.Jwt;

internal static partial class Log
{
    [LoggerMessage(
        EventId = 1,
        Level = LogLevel.Warning,
        Message = "The keys of {Authority} could not be read ({Reason}): keys that were read before go on.")]
    public static partial void KeysNotRead(this ILogger logger, string authority, string reason);
}
