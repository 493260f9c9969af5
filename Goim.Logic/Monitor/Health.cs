using Goim.Kafka;
using Goim.Logic.Delivery;
using Goim.Logic.Journal;
using Goim.Logic.Routing;
using Goim.Logic.Routing.Nodes;
using Microsoft.Extensions.Options;

namespace Goim.Logic.Monitor;

/// <summary>Checks whether the router nodes, the broker and the app's storage answer: at most once a second, for all callers.</summary>
public sealed class Health(
    RouterClient router,
    BrokerProbe broker,
    RecordProducer producer,
    RouterJournal journal,
    IOptions<KafkaOptions> kafka,
    TimeProvider time)
{
    private static readonly TimeSpan BrokerTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);
    private readonly Lock gate = new();
    private Task<string?>? answer;
    private long askedAt;

    /// <summary>
    /// The first that does not answer of <c>router</c>, <c>broker</c> and <c>storage</c>. <c>broker</c> also if the topic of pushes is
    /// missing, or the app may not write to it. If all answer, why router nodes refuse puts:
    /// <c>router: Redis is full</c> or <c>router: Redis has too few replicas</c>. Null if all is well.
    /// </summary>
    public Task<string?> ProblemAsync()
    {
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

    // Not cancelled when a caller leaves: others may wait for the same answer.
    private async Task<string?> AskAsync()
    {
        var (brokerAnswers, storageAnswers) = (broker.AskAsync(kafka.Value.Topic, BrokerTimeout), journal.AnswersAsync());
        var (routerAnswers, refusesPuts) = await router.ProbeAsync(CancellationToken.None);
        var isBrokerThere = !(await brokerAnswers).IsError && !producer.MayNotWrite;
        var isStorageThere = await storageAnswers;
        return !routerAnswers ? "router"
            : !isBrokerThere ? "broker"
            : !isStorageThere ? "storage"
            : refusesPuts switch
            {
                RefusalReason.Full => "router: Redis is full",
                RefusalReason.Replicas => "router: Redis has too few replicas",
                _ => null,
            };
    }
}
