using System.Text.Json;
using Azure.Storage.Queues;
using Goim.Logic.Storage;
using Goim.Logic.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Goim.Logic.Journal;

/// <summary>
/// Deletions that a node has not confirmed, in the Azure Storage queue <c>goim-router-journal</c>. Messages are base64-encoded JSON, as the
/// queue trigger expects, and never expire.
/// </summary>
public sealed class RouterJournal : IDisposable
{
    public const string Queue = "goim-router-journal", PoisonQueue = "goim-router-journal-poison";

    internal const string NoStorage = "The journal has no storage, or the storage does not answer.";

    /// <summary>Most entries that are written at once.</summary>
    private const int WritesAtOnce = 64;

    /// <summary>Maximum time of writing many entries, but for the last writes: a caller waits for its answer.</summary>
    private static readonly TimeSpan LongestWrites = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan NoExpiry = TimeSpan.FromSeconds(-1);
    private readonly QueueClient? queue;
    private readonly QueueClient? poison;
    private readonly SemaphoreSlim written = new(0);
    private readonly TimeProvider time;
    private readonly GoimMetrics metrics;
    private readonly ILogger logger;

    public RouterJournal(IOptions<StorageOptions> storage, TimeProvider time, GoimMetrics metrics, ILogger<RouterJournal> logger)
    {
        this.time = time;
        this.metrics = metrics;
        this.logger = logger;
        if (storage.Value.IsSet)
        {
            queue = StorageAccount.Queue(storage.Value, Queue);
            poison = StorageAccount.Queue(storage.Value, PoisonQueue);
        }
    }

    /// <summary>False without storage. A deletion that a node does not confirm is then an error.</summary>
    public bool IsOn => queue is not null;

    /// <summary>Whether the storage answers within 1 s, also if it has no such queue yet. True without storage.</summary>
    public async Task<bool> AnswersAsync()
    {
        if (queue is null)
        {
            return true;
        }

        try
        {
            using var timeout = new CancellationTokenSource(ProbeTimeout);
            await queue.ExistsAsync(timeout.Token);
            return true;
        }
        catch (Exception failed) when (StorageAccount.IsFault(failed))
        {
            return false;
        }
    }

    /// <summary>Creates the queue if it does not exist. Why it could not; null if it is there, or without storage.</summary>
    internal async Task<string?> CreateQueueAsync(CancellationToken cancellationToken)
    {
        if (queue is null)
        {
            return null;
        }

        try
        {
            await queue.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
            return null;
        }
        catch (Exception failed) when (StorageAccount.IsFault(failed) && !cancellationToken.IsCancellationRequested)
        {
            return StorageAccount.ReasonOf(failed);
        }
    }

    /// <summary>Writes an entry. False, and nothing is written, if there is no storage or the storage does not answer.</summary>
    public async Task<bool> WriteAsync(JournalEntry entry, CancellationToken cancellationToken)
    {
        var message = entry.ForVersionBefore(time.GetUtcNow()).Write();
        if (!await TrySendAsync(queue, message, TimeSpan.Zero, "queued", cancellationToken))
        {
            return false;
        }

        written.Release();
        return true;
    }

    /// <summary>Writes entries, many at once. Begins no further write after 5 s, or when the storage has not taken one.</summary>
    /// <returns>Whether each entry is known to be written, in order.</returns>
    internal async Task<bool[]> WriteAsync(IReadOnlyList<JournalEntry> entries)
    {
        var isWritten = new bool[entries.Count];
        using var ended = new CancellationTokenSource(LongestWrites, time);

        // The first one alone: a storage that does not answer is found, and logged, once.
        if (entries.Count == 0 || !(isWritten[0] = await WriteAsync(entries[0], CancellationToken.None)))
        {
            return isWritten;
        }

        var parallel = new ParallelOptions { MaxDegreeOfParallelism = WritesAtOnce };
        await Parallel.ForAsync(1, isWritten.Length, parallel, async (i, _) =>
        {
            if (!ended.IsCancellationRequested && !(isWritten[i] = await WriteAsync(entries[i], CancellationToken.None)))
            {
                await ended.CancelAsync();
            }
        });
        return isWritten;
    }

    /// <summary>Waits until this process writes an entry, at most for <paramref name="wait"/>. Whether it has written one.</summary>
    internal async Task<bool> WrittenWithinAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        var isWritten = await written.WaitAsync(wait, cancellationToken);
        while (isWritten && written.CurrentCount > 0)
        {
            // One poll is enough for all entries that are there.
            await written.WaitAsync(cancellationToken);
        }

        return isWritten;
    }

    /// <summary>How long a message has been in the queue by now. Asks the storage for its time.</summary>
    /// <param name="inserted">When the message was written, by the storage's clock.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="InvalidOperationException">There is no storage.</exception>
    internal async Task<TimeInQueue> TimeInQueueAsync(DateTimeOffset inserted, CancellationToken cancellationToken)
    {
        var asked = time.GetTimestamp();
        var properties = queue is null ? throw new InvalidOperationException(NoStorage) : await queue.GetPropertiesAsync(cancellationToken);
        return new TimeInQueue(time, inserted, StorageAccount.TimeOf(properties.GetRawResponse()), asked);
    }

    /// <summary>Puts an entry back into the queue, where it becomes visible after <paramref name="delay"/>.</summary>
    internal Task<bool> DeferAsync(JournalEntry entry, TimeSpan delay, CancellationToken cancellationToken) =>
        TrySendAsync(queue, entry.Write(), delay, "deferred", cancellationToken);

    /// <summary>Puts a message that cannot be replayed into the queue <c>goim-router-journal-poison</c>, with the reason.</summary>
    internal async Task<bool> PoisonAsync(string message, string reason, CancellationToken cancellationToken)
    {
        var entry = JsonSerializer.Serialize(new PoisonEntry(reason, message), JournalJson.Default.PoisonEntry);
        if (!await TrySendAsync(poison, entry, TimeSpan.Zero, "poison", cancellationToken))
        {
            return false;
        }

        logger.JournalEntryPoisoned(reason);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => written.Dispose();

    private async Task<bool> TrySendAsync(
        QueueClient? to, string message, TimeSpan delay, string outcome, CancellationToken cancellationToken)
    {
        if (to is null)
        {
            return false;
        }

        try
        {
            await StorageAccount.WithQueueAsync(
                to, () => to.SendMessageAsync(message, delay, NoExpiry, cancellationToken), cancellationToken);
            metrics.JournalEntry(outcome);
            return true;
        }
        catch (Exception failed) when (StorageAccount.IsFault(failed) && !cancellationToken.IsCancellationRequested)
        {
            logger.JournalNotWritten(to.Name, failed);
            return false;
        }
    }
}
