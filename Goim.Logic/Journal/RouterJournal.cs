using System.Text.Json;
using Azure;
using Azure.Storage.Queues;
using Goim.Logic.Storage;
using Goim.Logic.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Goim.Logic.Journal;

/// <summary>
/// Deletions that are still to be done, in the Azure Storage queue <c>goim-router-journal</c>: base64-encoded JSON, as the queue
/// trigger expects, that never expires.
/// </summary>
public sealed class RouterJournal
{
    public const string Queue = "goim-router-journal", PoisonQueue = "goim-router-journal-poison";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Forever = TimeSpan.FromSeconds(-1);
    private readonly QueueClient? queue;
    private readonly QueueClient? poison;
    private readonly ILogger logger;
    private long queued;
    private long replayed;
    private long poisoned;

    public RouterJournal(IOptions<StorageOptions> storage, ILogger<RouterJournal> logger)
    {
        this.logger = logger;
        if (storage.Value.IsSet)
        {
            queue = StorageAccount.Queue(storage.Value, Queue);
            poison = StorageAccount.Queue(storage.Value, PoisonQueue);
        }
    }

    /// <summary>False without storage: an unconfirmed deletion is then refused.</summary>
    public bool IsOn => queue is not null;

    /// <summary>Whether the storage answers, with the queue or without it, within 1 s; true where there is none.</summary>
    public async Task<bool> AnswersAsync()
    {
        if (queue is null)
        {
            return true;
        }

        try
        {
            using var patience = new CancellationTokenSource(Patience);
            await queue.ExistsAsync(patience.Token);
            return true;
        }
        catch (Exception failed) when (StorageAccount.IsFault(failed))
        {
            return false;
        }
    }

    /// <summary>Entries written since the start or the last reset.</summary>
    public long Queued => Interlocked.Read(ref queued);

    public long Replayed => Interlocked.Read(ref replayed);

    public long Poisoned => Interlocked.Read(ref poisoned);

    /// <summary>Writes an entry; false, and nothing is written, if there is no storage or it does not answer.</summary>
    public async Task<bool> WriteAsync(JournalEntry entry, CancellationToken cancellationToken)
    {
        if (!await TrySendAsync(queue, entry.Write(), TimeSpan.Zero, cancellationToken))
        {
            return false;
        }

        Interlocked.Increment(ref queued);
        Count("queued");
        return true;
    }

    public void ResetFigures()
    {
        Interlocked.Exchange(ref queued, 0);
        Interlocked.Exchange(ref replayed, 0);
        Interlocked.Exchange(ref poisoned, 0);
    }

    internal void CountReplayed()
    {
        Interlocked.Increment(ref replayed);
        Count("replayed");
    }

    /// <summary>Puts an entry back, to be seen again after <paramref name="delay"/>.</summary>
    internal async Task<bool> DeferAsync(JournalEntry entry, TimeSpan delay, CancellationToken cancellationToken)
    {
        if (!await TrySendAsync(queue, entry.Write(), delay, cancellationToken))
        {
            return false;
        }

        Count("deferred");
        return true;
    }

    /// <summary>Puts a message aside with the reason why it cannot be replayed.</summary>
    internal async Task<bool> PoisonAsync(string message, string reason, CancellationToken cancellationToken)
    {
        if (!await TrySendAsync(poison, JsonSerializer.Serialize(new PoisonEntry(reason, message), JournalJson.Default.PoisonEntry), TimeSpan.Zero, cancellationToken))
        {
            return false;
        }

        Interlocked.Increment(ref poisoned);
        Count("poison");
        logger.JournalEntryPoisoned(reason);
        return true;
    }

    private static void Count(string outcome) => GoimTelemetry.Journal.Add(1, new KeyValuePair<string, object?>("goim.journal.outcome", outcome));

    private async Task<bool> TrySendAsync(QueueClient? to, string message, TimeSpan delay, CancellationToken cancellationToken)
    {
        if (to is null)
        {
            return false;
        }

        try
        {
            try
            {
                await to.SendMessageAsync(message, delay, Forever, cancellationToken);
            }
            catch (RequestFailedException missing) when (missing.Status == 404)
            {
                await to.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
                await to.SendMessageAsync(message, delay, Forever, cancellationToken);
            }

            return true;
        }
        catch (Exception failed) when (StorageAccount.IsFault(failed) && !cancellationToken.IsCancellationRequested)
        {
            logger.JournalNotWritten(to.Name, failed);
            return false;
        }
    }
}
