using System.Threading;
using System.Threading.Tasks;
using Goim.Logic.Journal;
using Microsoft.Azure.Functions.Worker;

namespace Goim.Functions.Journal;

/// <summary>Replays a deletion that a router node did not confirm. The journal queue triggers it.</summary>
public sealed class ReplayJournalFunction(JournalReplay replay)
{
    [Function("ReplayJournal")]
    public Task RunAsync(
        [QueueTrigger(RouterJournal.Queue, Connection = "AzureWebJobsStorage")] string entry,
        CancellationToken cancellationToken) =>
        replay.ReplayAsync(entry, cancellationToken);
}
