using System.Threading;
using System.Threading.Tasks;
using Azure.Storage.Queues.Models;
using Goim.Logic.Journal;
using Microsoft.Azure.Functions.Worker;

namespace Goim.Functions.Journal;

/// <summary>
/// Replays a deletion that a router node did not confirm. The journal queue triggers it, if <c>Journal__Replay</c> is <c>trigger</c>.
/// </summary>
public sealed class ReplayJournalFunction(RouterJournal journal, JournalReplay replay)
{
    internal const string Name = "ReplayJournal";

    [Function(Name)]
    public async Task RunAsync(
        [QueueTrigger(RouterJournal.Queue, Connection = "AzureWebJobsStorage")] QueueMessage entry,
        CancellationToken cancellationToken)
    {
        var queued = await journal.TimeInQueueAsync(entry.InsertedOn!.Value, cancellationToken);
        await replay.ReplayAsync(entry.Body.ToString(), queued, cancellationToken);
    }
}
