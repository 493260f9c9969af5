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
    /// <summary>How long a message that is being worked on is hidden from others.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ShortestPoll = TimeSpan.FromMilliseconds(100);

    private readonly LocalFunction function;
    private readonly QueuesOptions settings;
    private readonly IServiceProvider services;
    private readonly ILogger<QueueListener> logger;
    private readonly QueueClient queue;
    private readonly QueueClient poison;
    private readonly ObjectFactory instance;
    private readonly MethodInvoker method;

    public QueueListener(LocalFunction function, QueuesOptions settings, IServiceProvider services, IOptions<StorageOptions> storage, ILogger<QueueListener> logger)
    {
        this.function = function;
        this.settings = settings;
        this.services = services;
        this.logger = logger;
        queue = StorageAccount.Queue(storage.Value, function.Queue!.QueueName, PoisonAsync);
        poison = StorageAccount.Queue(storage.Value, $"{function.Queue!.QueueName}-poison");
        instance = ActivatorUtilities.CreateFactory(function.Method.DeclaringType!, []);
        method = MethodInvoker.Create(function.Method);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = ShortestPoll;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                QueueMessage[] messages = await queue.ReceiveMessagesAsync(settings.BatchSize, Lease, stoppingToken);
                await Task.WhenAll(messages.Select(message => HandleAsync(message, stoppingToken)));
                pause = messages.Length > 0 ? ShortestPoll : Longer(pause);
            }
            catch (RequestFailedException missing) when (missing.Status == 404)
            {
                pause = Longer(pause);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failed) when (StorageAccount.IsFault(failed))
            {
                logger.QueueDoesNotAnswer(queue.Name, failed.Message);
                pause = Longer(pause);
            }

            await Task.Delay(pause, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private TimeSpan Longer(TimeSpan pause) => pause * 2 < settings.MaxPollingInterval ? pause * 2 : settings.MaxPollingInterval;

    private async Task HandleAsync(QueueMessage message, CancellationToken stoppingToken)
    {
        var run = RunAsync(message.Body.ToString(), stoppingToken);
        await run.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (run.IsCompletedSuccessfully)
        {
            await queue.DeleteMessageAsync(message.MessageId, message.PopReceipt, CancellationToken.None);
            return;
        }

        logger.FunctionFailed(function.Name, message.DequeueCount, run.Exception);
        if (message.DequeueCount < settings.MaxDequeueCount)
        {
            await queue.UpdateMessageAsync(message.MessageId, message.PopReceipt, visibilityTimeout: settings.VisibilityTimeout, cancellationToken: CancellationToken.None);
            return;
        }

        await PoisonAsync(message);
    }

    // Also of a message that is not base64, which no function could be given.
    private async Task PoisonAsync(QueueMessage message)
    {
        await poison.CreateIfNotExistsAsync(cancellationToken: CancellationToken.None);
        await poison.SendMessageAsync(message.Body, timeToLive: TimeSpan.FromSeconds(-1), cancellationToken: CancellationToken.None);
        await queue.DeleteMessageAsync(message.MessageId, message.PopReceipt, CancellationToken.None);
    }

    private async Task RunAsync(string message, CancellationToken stoppingToken)
    {
        await using var scope = services.CreateAsyncScope();
        var arguments = function.Method.GetParameters()
            .Select(parameter => parameter.ParameterType == typeof(CancellationToken) ? stoppingToken : (object?)message).ToArray();
        if (method.Invoke(instance(scope.ServiceProvider, null), arguments.AsSpan()) is Task running)
        {
            await running;
        }
    }
}

internal static partial class Log
{
    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The storage queue {Queue} does not answer: {Reason}")]
    public static partial void QueueDoesNotAnswer(this ILogger logger, string queue, string reason);

    [LoggerMessage(EventId = 2, Level = LogLevel.Error, Message = "Function {Function} failed on a message, try {Try}.")]
    public static partial void FunctionFailed(this ILogger logger, string function, long @try, Exception? exception);
}
