using Confluent.Kafka;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Goim.Kafka;

/// <summary>
/// Asks a broker about topics from the start on, and logs why one cannot be used: within 5 s, and once a minute until it can be.
/// </summary>
/// <param name="topics">The topics.</param>
/// <param name="probe">Asks.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Gets the lines.</param>
public sealed partial class TopicCheck(
    IReadOnlyList<string> topics, BrokerProbe probe, TimeProvider time, ILogger<TopicCheck> logger) : BackgroundService
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan WhileWell = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan WhileNot = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(topics.Select(topic => CheckAsync(topic, stoppingToken)));

    private async Task CheckAsync(string topic, CancellationToken stopping)
    {
        var limit = new CauseLimit(time);
        var (isDoubted, isLogged) = (false, false);
        while (true)
        {
            var error = await probe.AskAsync(topic, Timeout).WaitAsync(stopping);
            if (!error.IsError)
            {
                if (isLogged)
                {
                    TopicIsBack(logger, topic);
                }

                (isDoubted, isLogged, limit) = (false, false, new CauseLimit(time));
            }
            else if (error.IsLocalError)
            {
                // No broker has answered. Clients that connect log why.
            }
            else if (!isDoubted)
            {
                // A broker that creates a topic says that it is missing until it is there.
                isDoubted = true;
            }
            else if (limit.IsDue(topic, error.Code, out _))
            {
                isLogged = true;
                TopicFailed(logger, topic, error.Code, error.Reason);
            }

            await Task.Delay(error.IsError ? WhileNot : WhileWell, time, stopping);
        }
    }

    [LoggerMessage(
        EventId = 21,
        Level = LogLevel.Warning,
        Message = "Kafka topic {Topic} cannot be used: {Error} ({Reason}). Expected a topic that exists and that this client may use.")]
    private static partial void TopicFailed(ILogger logger, string topic, ErrorCode error, string reason);

    [LoggerMessage(EventId = 22, Level = LogLevel.Information, Message = "Kafka topic {Topic} can be used again.")]
    private static partial void TopicIsBack(ILogger logger, string topic);
}
