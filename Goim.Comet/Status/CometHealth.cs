using Goim.Comet.Registration;
using Goim.Comet.Topic;
using Goim.Kafka;
using Microsoft.Extensions.Options;

namespace Goim.Comet.Status;

/// <summary>Whether the comet can do its work. Asks the broker at most once a second, for all callers.</summary>
internal sealed class CometHealth(
    Registrar registrar, TopicReader topic, BrokerProbe broker, IOptions<KafkaOptions> kafka, TimeProvider time)
{
    private static readonly TimeSpan BrokerTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);
    private static readonly Task<string?> Stopping = Task.FromResult<string?>("stopping");
    private readonly Lock gate = new();
    private Task<string?>? answer;
    private long askedAt;

    /// <summary>
    /// What is not well, separated by commas: <c>facade</c> (it did not answer the last heartbeat, or no router node did),
    /// <c>broker</c> (it does not answer, or the topic cannot be used), <c>offsets</c> (the ends of the topic's partitions are not known
    /// yet). <c>stopping</c> alone while the comet stops. Null if all is well.
    /// </summary>
    public Task<string?> ProblemAsync()
    {
        if (registrar.IsStopping)
        {
            return Stopping;
        }

        lock (gate)
        {
            if (answer is null || (answer.IsCompleted && time.GetElapsedTime(askedAt) >= MaxAge))
            {
                askedAt = time.GetTimestamp();
                answer = AskAsync();
            }

            return answer;
        }
    }

    private async Task<string?> AskAsync()
    {
        var isBrokerThere = !(await broker.AskAsync(kafka.Value.Topic, BrokerTimeout)).IsError;
        var problems = new[]
        {
            registrar.HasFacade ? null : "facade",
            isBrokerThere ? null : "broker",
            topic.IsReady ? null : "offsets",
        };
        var problem = string.Join(',', problems.OfType<string>());
        return problem.Length == 0 ? null : problem;
    }
}
