using Microsoft.Extensions.Logging;

namespace Goim.Logic.Journal;

internal static partial class Log
{
    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "The storage queue {Queue} took no message.")]
    public static partial void JournalNotWritten(this ILogger logger, string queue, Exception exception);

    [LoggerMessage(EventId = 2, Level = LogLevel.Error, Message = "A journal entry was put aside: {Reason}")]
    public static partial void JournalEntryPoisoned(this ILogger logger, string reason);

    [LoggerMessage(
        EventId = 3, Level = LogLevel.Information, Message = "Router node {Node} did not confirm a deletion; retrying in {Delay}.")]
    public static partial void JournalEntryDeferred(this ILogger logger, string node, TimeSpan delay);

    [LoggerMessage(
        EventId = 4,
        Level = LogLevel.Warning,
        Message = "The journal's storage does not answer ({Reason}): no entry is replayed until it does.")]
    public static partial void JournalDoesNotAnswer(this ILogger logger, string reason);

    [LoggerMessage(EventId = 5, Level = LogLevel.Warning, Message = "The journal's storage answers again.")]
    public static partial void JournalAnswersAgain(this ILogger logger);

    [LoggerMessage(EventId = 6, Level = LogLevel.Error, Message = "A journal entry could not be replayed (attempt {Attempt} of {Most}).")]
    public static partial void ReplayFailed(this ILogger logger, long attempt, int most, Exception? exception);

    [LoggerMessage(
        EventId = 7, Level = LogLevel.Warning, Message = "The journal's queue is not created ({Reason}): trying again until it is.")]
    public static partial void QueueNotCreated(this ILogger logger, string reason);
}
