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
}
