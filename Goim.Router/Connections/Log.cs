namespace Goim.Router.Connections;

internal static partial class Log
{
    /// <summary>A lower limit is worth a warning.</summary>
    public const int EnoughFiles = 4096;

    [LoggerMessage(
        EventId = 1,
        Level = LogLevel.Warning,
        Message = "The limit of open files (ulimit -n) is {Limit}: at most {Connections} connections are open at once, and others wait. "
            + "Recommended: {Enough} or more.")]
    public static partial void FewFiles(this ILogger logger, int limit, int connections, int enough);
}
