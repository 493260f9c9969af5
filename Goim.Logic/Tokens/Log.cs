using Microsoft.Extensions.Logging;

namespace Goim.Logic.Tokens;

internal static partial class Log
{
    [LoggerMessage(
        EventId = 1,
        Level = LogLevel.Warning,
        Message = "Connect__Tokens is UserId: any client may be any user. Jwt takes signed tokens only.")]
    public static partial void AnyClientMayBeAnyUser(this ILogger logger);
}
