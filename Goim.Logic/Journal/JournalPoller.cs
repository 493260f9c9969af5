using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Goim.Logic.Routing;
using Goim.Logic.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Goim.Logic.Journal;

/// <summary>
/// Polls the journal's queue and replays each message, by the queue trigger's rules: after five attempts that fail, a message is put aside.
/// No fault of the storage or of a replay ends it.
/// </summary>
internal sealed class JournalPoller : BackgroundService
{
    private const int BatchSize = 16, MaxAttempts = 5;

    /// <summary>
    /// The Functions host's setting for the function of the queue trigger, which stops the polling too. On Linux a name may have "__" in
    /// place of each dot, which configuration reads as ":".
    /// </summary>
    private static readonly string[] Disabled = ["AzureWebJobs.ReplayJournal.Disabled", "AzureWebJobs:ReplayJournal:Disabled"];

    /// <summary>Longer than the calls of the storage take that follow on a router call: each is tried twice for 3 s.</summary>
    private static readonly TimeSpan StorageTime = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromMilliseconds(500);

    private readonly RouterJournal journal;
    private readonly JournalReplay replay;
    private readonly TimeProvider time;
    private readonly ILogger<JournalPoller> logger;
    private readonly QueueClient? queue;

    /// <summary>How long a received message is hidden from other processes. After a crash, one of them gets it then.</summary>
    private readonly TimeSpan hidden;
    private bool isDown;

    public JournalPoller(
        RouterJournal journal,
        JournalReplay replay,
        IOptions<StorageOptions> storage,
        IOptions<JournalOptions> options,
        IOptions<RouterOptions> router,
        IConfiguration settings,
        TimeProvider time,
        ILogger<JournalPoller> logger)
    {
        this.journal = journal;
        this.replay = replay;
        this.time = time;
        this.logger = logger;
        hidden = router.Value.CallTimeout + StorageTime;
        if (storage.Value.IsSet && options.Value.Replay == ReplayedBy.Worker && !IsDisabled(settings))
        {
            // Texts as they are, so that a message that is not base64 is one message's problem and not the batch's.
            queue = StorageAccount.Queue(storage.Value, RouterJournal.Queue, QueueMessageEncoding.None);
        }
    }

    /// <summary>Whether the Functions host would not run the function: the setting is <c>true</c> or <c>1</c>.</summary>
    internal static bool IsDisabled(IConfiguration settings) => Disabled.Any(name =>
        settings[name] is "1" || string.Equals(settings[name], "true", StringComparison.OrdinalIgnoreCase));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var interval = ShortestInterval;
        while (queue is not null && !stoppingToken.IsCancellationRequested)
        {
            var poll = PollAsync(queue, stoppingToken);
            await ((Task)poll).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stoppingToken.IsCancellationRequested)
            {
                return;
            }

            LogOutage(poll);
            interval = poll.IsCompletedSuccessfully && poll.Result > 0
                ? ShortestInterval
                : TimeSpan.FromTicks(Math.Min(interval.Ticks * 2, LongestInterval.Ticks));
            var wait = journal.WrittenWithinAsync(interval, stoppingToken);
            await ((Task)wait).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            interval = wait.IsCompletedSuccessfully && wait.Result ? ShortestInterval : interval;
        }
    }

    // Returns the number of messages received.
    private async Task<int> PollAsync(QueueClient from, CancellationToken stoppingToken)
    {
        var asked = time.GetTimestamp();
        var response = await StorageAccount.WithQueueAsync(
            from, () => from.ReceiveMessagesAsync(BatchSize, hidden, stoppingToken), stoppingToken);
        var now = StorageAccount.TimeOf(response.GetRawResponse());
        await Task.WhenAll(response.Value.Select(message =>
            HandleAsync(from, message, new TimeInQueue(time, message.InsertedOn ?? now, now, asked), stoppingToken)));
        return response.Value.Length;
    }

    private async Task HandleAsync(QueueClient from, QueueMessage message, TimeInQueue queued, CancellationToken stoppingToken)
    {
        var run = replay.ReplayBase64Async(message.MessageText, queued, stoppingToken);
        await run.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        using var stopping = new CancellationTokenSource();
        using var stop = stoppingToken.Register(static source => ((CancellationTokenSource)source!).CancelAfter(StopTimeout), stopping);
        if (!run.IsCompletedSuccessfully)
        {
            if (stoppingToken.IsCancellationRequested)
            {
                // Visible at once for the next process.
                await from.UpdateMessageAsync(message.MessageId, message.PopReceipt, (string?)null, TimeSpan.Zero, stopping.Token);
                return;
            }

            logger.ReplayFailed(message.DequeueCount, MaxAttempts, run.Exception);
            var reason = $"{MaxAttempts} replays failed, the last one with: {run.Exception?.InnerException?.Message}";
            var entry = JournalReplay.Poisoned(message.MessageText, queued);
            if (message.DequeueCount < MaxAttempts || !await journal.PoisonAsync(entry, reason, stopping.Token))
            {
                await from.UpdateMessageAsync(message.MessageId, message.PopReceipt, (string?)null, RetryDelay, stopping.Token);
                return;
            }
        }

        await from.DeleteMessageAsync(message.MessageId, message.PopReceipt, stopping.Token);
    }

    // Once for each outage, and once when it is over.
    private void LogOutage(Task poll)
    {
        var failed = !poll.IsCompletedSuccessfully;
        if (failed && !isDown)
        {
            var reason = poll.Exception?.InnerException?.Message ?? "no answer in time";
            logger.JournalDoesNotAnswer(reason.Split('\n')[0].TrimEnd());
        }
        else if (!failed && isDown)
        {
            logger.JournalAnswersAgain();
        }

        isDown = failed;
    }
}
