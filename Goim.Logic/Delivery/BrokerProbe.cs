using Confluent.Kafka;
using Microsoft.Extensions.Options;

namespace Goim.Logic.Delivery;

/// <summary>Asks whether a broker answers.</summary>
public sealed class BrokerProbe : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private readonly Lazy<IAdminClient> client;

    public BrokerProbe(IOptions<KafkaOptions> options, KafkaToken token)
    {
        client = new Lazy<IAdminClient>(() =>
        {
            KafkaLibrary.Use();
            var builder = new AdminClientBuilder(KafkaConnection.To(options.Value)).SetLogHandler(static (_, _) => { });
            return (options.Value.Authentication == KafkaAuthentication.OAuthBearer ? builder.SetOAuthBearerTokenRefreshHandler(token.Refresh) : builder).Build();
        });
    }

    /// <summary>True if a broker answers a metadata request within 1 s.</summary>
    // librdkafka's call blocks, so it has a thread of its own.
    public Task<bool> AnswersAsync() => Task.Factory.StartNew(Ask, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    public void Dispose()
    {
        if (client.IsValueCreated)
        {
            // Waits for a request under way, which a stop does not.
            _ = Task.Run(client.Value.Dispose);
        }
    }

    private bool Ask()
    {
        try
        {
            return client.Value.GetMetadata(Patience).Brokers.Count > 0;
        }
        catch (KafkaException)
        {
            return false;
        }
    }
}
