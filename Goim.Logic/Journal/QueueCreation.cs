using Microsoft.Extensions.Hosting;

namespace Goim.Logic.Journal;

/// <summary>
/// Creates the journal's queue at start, and tries again while the storage does not answer. While the queue is missing, the queue trigger
/// of the Functions host logs a 404 every two seconds.
/// </summary>
internal sealed class QueueCreation(RouterJournal journal, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!await journal.CreateQueueAsync(stoppingToken))
        {
            await Task.Delay(RetryDelay, time, stoppingToken);
        }
    }
}
