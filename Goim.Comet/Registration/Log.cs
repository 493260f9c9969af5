namespace Goim.Comet.Registration;

internal static partial class Log
{
    [LoggerMessage(EventId = 11, Level = LogLevel.Information, Message = "This is comet server {Server}.")]
    public static partial void CometServer(this ILogger logger, int server);

    [LoggerMessage(
        EventId = 12,
        Level = LogLevel.Warning,
        Message = "The router nodes grant no lease (leaseMs is 0): if this comet is killed, its clients stay registered. Set "
            + "RouterNode__ServerLease.")]
    public static partial void NoLease(this ILogger logger);

    [LoggerMessage(
        EventId = 13, Level = LogLevel.Warning, Message = "A router node has forgotten sessions: restoring {Count} connections.")]
    public static partial void Restoring(this ILogger logger, int count);

    [LoggerMessage(EventId = 14, Level = LogLevel.Information, Message = "All connections are restored.")]
    public static partial void Restored(this ILogger logger);

    [LoggerMessage(
        EventId = 15,
        Level = LogLevel.Error,
        Message = "The outcome of a call with {Count} connects is not known, and is not asked for any more: sessions of theirs may be left "
            + "({LeftOut} more such calls since the last such line).")]
    public static partial void ConnectsForgotten(this ILogger logger, int count, long leftOut);

    [LoggerMessage(
        EventId = 16,
        Level = LogLevel.Error,
        Message = "{Count} connections have ended whose sessions are not deleted: {Most} wait for the facade already.")]
    public static partial void DisconnectsForgotten(this ILogger logger, long count, int most);

    [LoggerMessage(
        EventId = 17,
        Level = LogLevel.Error,
        Message = "The comet stops, and the sessions of {Count} connections are not deleted: the facade did not take them in time.")]
    public static partial void DisconnectsNotSent(this ILogger logger, int count);

    [LoggerMessage(
        EventId = 18,
        Level = LogLevel.Warning,
        Message = "Not all router nodes have confirmed that the sessions of comet server {Server} are deleted: sessions of its last run "
            + "may stay until their lease ends.")]
    public static partial void SessionsMayBeLeft(this ILogger logger, int server);
}
