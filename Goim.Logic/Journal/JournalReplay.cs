using System.Text;
using Goim.Logic.Routing;
using Goim.Logic.Telemetry;
using Microsoft.Extensions.Logging;

namespace Goim.Logic.Journal;

/// <summary>Replays journal entries. An entry is done, tried again later, or put aside with a reason. It is never dropped.</summary>
public sealed class JournalReplay(RouterJournal journal, RouterClient router, GoimMetrics metrics, ILogger<JournalReplay> logger)
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(10);

    /// <summary>The text of a message as it is in the queue. Null if it is not base64.</summary>
    internal static string? Decode(string message)
    {
        var decoded = new byte[message.Length];
        return Convert.TryFromBase64String(message, decoded, out var length) ? Encoding.UTF8.GetString(decoded.AsSpan(0, length)) : null;
    }

    /// <summary>The text of a message for the poison queue. An entry can be put back as it is: its age goes on.</summary>
    internal static string Poisoned(string message, TimeInQueue queued) =>
        Decode(message) is not { } text ? message
        : JournalEntry.Read(text) is { } entry ? entry.Moved(queued).Write()
        : text;

    /// <summary>Replays one message as it is in the queue, in base64.</summary>
    /// <exception cref="InvalidOperationException">As for <see cref="ReplayAsync"/>.</exception>
    internal Task ReplayBase64Async(string message, TimeInQueue queued, CancellationToken cancellationToken) =>
        Decode(message) is { } text
            ? ReplayAsync(text, queued, cancellationToken)
            : RequireAsync(journal.PoisonAsync(message, "it is not base64.", cancellationToken));

    /// <summary>Replays one message of the queue.</summary>
    /// <exception cref="InvalidOperationException">The entry could not be done, and the storage took no message. The caller leaves it in
    /// the queue and tries again.</exception>
    internal async Task ReplayAsync(string message, TimeInQueue queued, CancellationToken cancellationToken)
    {
        if (JournalEntry.Read(message) is not { } entry)
        {
            await RequireAsync(journal.PoisonAsync(message, "it cannot be read.", cancellationToken));
            return;
        }

        switch (await IsDoneAsync(entry, queued, cancellationToken))
        {
            case null:
                await RequireAsync(journal.PoisonAsync(
                    entry.Moved(queued).Write(), $"router node {entry.Node} is no longer configured.", cancellationToken));
                return;
            case true:
                metrics.JournalEntry("replayed");
                return;
        }

        var delay = DelayAfter(entry.Attempts);
        logger.JournalEntryDeferred(entry.Node, delay);
        var deferred = entry.Moved(queued) with { Attempts = entry.Attempts + 1 };
        await RequireAsync(journal.DeferAsync(deferred, delay, cancellationToken));
    }

    /// <summary>5 s after the first attempt, doubled with each further one, at most 10 min.</summary>
    internal static TimeSpan DelayAfter(int attempts) =>
        TimeSpan.FromTicks(Math.Min(LongestDelay.Ticks, FirstDelay.Ticks << Math.Clamp(attempts, 0, 7)));

    // The age is that of each attempt.
    private Task<bool?> IsDoneAsync(JournalEntry entry, TimeInQueue queued, CancellationToken cancellationToken) =>
        entry.Del() is not null
            ? router.DelAtAsync(entry.Node, () => entry.After(queued).Del()!, cancellationToken)
            : router.DelServerAtAsync(entry.Node, () => entry.After(queued).DelServer()!, cancellationToken);

    private static async Task RequireAsync(Task<bool> written)
    {
        if (!await written)
        {
            throw new InvalidOperationException(RouterJournal.NoStorage);
        }
    }
}
