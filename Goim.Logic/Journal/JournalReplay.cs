using Goim.Logic.Routing;
using Microsoft.Extensions.Logging;

namespace Goim.Logic.Journal;

/// <summary>Replays what the journal holds. An entry is done, put back for later, or put aside with a reason: never dropped.</summary>
public sealed class JournalReplay(RouterJournal journal, RouterNodes nodes, ILogger<JournalReplay> logger)
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(10);

    /// <summary>Replays one message of the queue.</summary>
    /// <exception cref="InvalidOperationException">It could neither be done nor kept: the trigger will bring it again.</exception>
    public async Task ReplayAsync(string message, CancellationToken cancellationToken)
    {
        if (JournalEntry.Read(message) is not { } entry)
        {
            await KeepAsync(journal.PoisonAsync(message, "it cannot be read.", cancellationToken));
            return;
        }

        if (nodes.Find(entry.Node) is not { } node)
        {
            await KeepAsync(journal.PoisonAsync(message, $"router node {entry.Node} is no longer configured.", cancellationToken));
            return;
        }

        if (await IsDoneAsync(node, entry, cancellationToken))
        {
            journal.CountReplayed();
            return;
        }

        var delay = DelayAfter(entry.Attempts);
        logger.JournalEntryDeferred(entry.Node, delay);
        await KeepAsync(journal.DeferAsync(entry with { Attempts = entry.Attempts + 1 }, delay, cancellationToken));
    }

    /// <summary>5 s, doubled with each attempt, 10 min at most.</summary>
    internal static TimeSpan DelayAfter(int attempts) =>
        TimeSpan.FromTicks(Math.Min(LongestDelay.Ticks, FirstDelay.Ticks << Math.Clamp(attempts, 0, 7)));

    private static async Task<bool> IsDoneAsync(RouterNodeClient node, JournalEntry entry, CancellationToken cancellationToken) =>
        entry.Del is { } del
            ? (await node.CallAsync(RouterCalls.Del, del, cancellationToken)).Reply is not null
            : (await node.CallAsync(RouterCalls.DelServer, entry.DelServer!, cancellationToken)).Reply is not null;

    private static async Task KeepAsync(Task<bool> kept)
    {
        if (!await kept)
        {
            throw new InvalidOperationException("The journal has no storage, or it does not answer.");
        }
    }
}
