using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Goim.Logic.Journal;

/// <summary>
/// Creates the journal's queue at start, and tries again while the storage does not answer. While the queue is missing, the queue trigger
/// of the Functions host logs a 404 every two seconds.
/// </summary>
internal sealed class QueueCreation(RouterJournal journal, TimeProvider time, ILogger<QueueCreation> logger) : BackgroundService
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var isLogged = false; await journal.CreateQueueAsync(stoppingToken) is { } reason; isLogged = true)
        {
            if (!isLogged)
            {
                logger.QueueNotCreated(reason);
            }

            await Task.Delay(RetryDelay, time, stoppingToken);
        }
    }
}
