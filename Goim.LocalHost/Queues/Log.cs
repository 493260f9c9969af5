namespace Goim.LocalHost.Queues;

internal static partial class Log
{
    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The storage queue {Queue} does not answer: {Reason}")]
    public static partial void QueueDoesNotAnswer(this ILogger logger, string queue, string reason);

    [LoggerMessage(EventId = 2, Level = LogLevel.Error, Message = "Function {Function} failed for a queue message (attempt {Attempt}).")]
    public static partial void FunctionFailed(this ILogger logger, string function, long attempt, Exception? exception);
}
