using System.Reflection;
using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Goim.LocalHost.Worker;
using Goim.Logic.Storage;
using Microsoft.Extensions.Options;

namespace Goim.LocalHost.Queues;

/// <summary>Runs a function for each message of its queue, as the queue trigger does.</summary>
internal sealed class QueueListener : BackgroundService
{
    /// <summary>How long a received message is hidden from other listeners while its function runs.</summary>
    private static readonly TimeSpan RunVisibilityTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan MinPollingInterval = TimeSpan.FromMilliseconds(100);

    private readonly LocalFunction function;
    private readonly QueuesOptions settings;
    private readonly IServiceProvider services;
    private readonly ILogger<QueueListener> logger;
    private readonly QueueClient queue;
    private readonly QueueClient poison;
    private readonly ObjectFactory createInstance;
    private readonly MethodInvoker method;

    public QueueListener(
        LocalFunction function,
        QueuesOptions settings,
        IServiceProvider services,
        IOptions<StorageOptions> storage,
        ILogger<QueueListener> logger)
    {
        this.function = function;
        this.settings = settings;
        this.services = services;
        this.logger = logger;
        queue = StorageAccount.Queue(storage.Value, function.Queue!.QueueName, MoveToPoisonQueueAsync);
        poison = StorageAccount.Queue(storage.Value, $"{function.Queue!.QueueName}-poison");
        createInstance = ActivatorUtilities.CreateFactory(function.Method.DeclaringType!, []);
        method = MethodInvoker.Create(function.Method);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var interval = MinPollingInterval;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                QueueMessage[] messages = await queue.ReceiveMessagesAsync(settings.BatchSize, RunVisibilityTimeout, stoppingToken);
                await Task.WhenAll(messages.Select(message => HandleAsync(message, stoppingToken)));
                interval = messages.Length > 0 ? MinPollingInterval : Longer(interval);
            }
            catch (RequestFailedException missing) when (missing.Status == 404)
            {
                // The queue does not exist yet.
                interval = Longer(interval);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failed) when (StorageAccount.IsFault(failed))
            {
                logger.QueueDoesNotAnswer(queue.Name, failed.Message);
                interval = Longer(interval);
            }

            await Task.Delay(interval, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private TimeSpan Longer(TimeSpan interval) =>
        interval * 2 < settings.MaxPollingInterval ? interval * 2 : settings.MaxPollingInterval;

    private async Task HandleAsync(QueueMessage message, CancellationToken stoppingToken)
    {
        var run = RunAsync(message, stoppingToken);
        await run.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (run.IsCompletedSuccessfully)
        {
            await queue.DeleteMessageAsync(message.MessageId, message.PopReceipt, CancellationToken.None);
            return;
        }

        logger.FunctionFailed(function.Name, message.DequeueCount, run.Exception);
        if (message.DequeueCount < settings.MaxDequeueCount)
        {
            await queue.UpdateMessageAsync(
                message.MessageId,
                message.PopReceipt,
                visibilityTimeout: settings.VisibilityTimeout,
                cancellationToken: CancellationToken.None);
            return;
        }

        await MoveToPoisonQueueAsync(message);
    }

    // The queue client also calls this for a message that is not base64.
    private async Task MoveToPoisonQueueAsync(QueueMessage message)
    {
        await poison.CreateIfNotExistsAsync(cancellationToken: CancellationToken.None);
        await poison.SendMessageAsync(message.Body, timeToLive: TimeSpan.FromSeconds(-1), cancellationToken: CancellationToken.None);
        await queue.DeleteMessageAsync(message.MessageId, message.PopReceipt, CancellationToken.None);
    }

    private async Task RunAsync(QueueMessage message, CancellationToken stoppingToken)
    {
        await using var scope = services.CreateAsyncScope();
        var arguments = function.Method.GetParameters()
            .Select(parameter => parameter.ParameterType == typeof(CancellationToken) ? stoppingToken : (object?)message).ToArray();
        if (method.Invoke(createInstance(scope.ServiceProvider, null), arguments.AsSpan()) is Task running)
        {
            await running;
        }
    }
}
