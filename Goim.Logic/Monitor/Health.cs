using Goim.Logic.Delivery;
using Goim.Logic.Journal;
using Goim.Logic.Routing;

namespace Goim.Logic.Monitor;

/// <summary>Whether the router nodes, the broker and the app's storage answer. Asked at most once a second, however many ask.</summary>
public sealed class Health(RouterClient router, RouterNodes nodes, BrokerProbe broker, RouterJournal journal, TimeProvider time)
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);
    private readonly Lock gate = new();
    private Task<string?>? answer;
    private long askedAt;

    /// <summary><c>router</c>, <c>broker</c> or <c>storage</c>, which does not answer, in that order; null if all do.</summary>
    public Task<string?> MissingAsync()
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

    // Not cancelled by a caller who leaves: others may wait for the same answer.
    private async Task<string?> AskAsync()
    {
        var (brokerAnswers, storageAnswers) = (broker.AnswersAsync(), journal.AnswersAsync());
        var answers = await router.PingAsync(CancellationToken.None);

        // Nodes that share their sessions stand in for each other.
        var routerAnswers = nodes.All.Any(node => node.IsShared is true) ? answers.Any(node => node.Ok) : answers.All(node => node.Ok);
        var isBrokerThere = await brokerAnswers;
        var isStorageThere = await storageAnswers;
        return !routerAnswers ? "router" : !isBrokerThere ? "broker" : isStorageThere ? null : "storage";
    }
}
