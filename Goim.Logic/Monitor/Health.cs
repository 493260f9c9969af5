using Goim.Logic.Delivery;
using Goim.Logic.Routing;

namespace Goim.Logic.Monitor;

/// <summary>Whether the router nodes and the broker answer. Asked at most once a second, however many ask.</summary>
public sealed class Health(RouterClient router, RouterNodes nodes, BrokerProbe broker, TimeProvider time)
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);
    private readonly Lock gate = new();
    private Task<string?>? answer;
    private long askedAt;

    /// <summary><c>router</c> or <c>broker</c>, which does not answer; null if all do.</summary>
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
        var brokerAnswers = broker.AnswersAsync();
        var answers = await router.PingAsync(CancellationToken.None);

        // Nodes that share their sessions stand in for each other.
        var routerAnswers = nodes.All.Any(node => node.IsShared is true) ? answers.Any(node => node.Ok) : answers.All(node => node.Ok);
        return !routerAnswers ? "router" : await brokerAnswers ? null : "broker";
    }
}
