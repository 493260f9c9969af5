using Confluent.Kafka;
using Microsoft.Extensions.Options;

namespace Goim.Kafka;

/// <summary>Asks whether a broker answers.</summary>
public sealed class BrokerProbe : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);
    private readonly Lazy<IAdminClient> client;

    /// <summary>The client is made by the first probe.</summary>
    public BrokerProbe(IOptions<KafkaOptions> options, KafkaToken token)
    {
        client = new Lazy<IAdminClient>(() =>
        {
            KafkaLibrary.Use();
            var builder = new AdminClientBuilder(KafkaConnection.To(options.Value)).SetLogHandler(static (_, _) => { });
            return (options.Value.UsesToken ? builder.SetOAuthBearerTokenRefreshHandler(token.Refresh) : builder).Build();
        });
    }

    /// <summary>True if a broker answers a metadata request within 1 s.</summary>
    // librdkafka's call blocks, so it runs on a thread of its own.
    public Task<bool> AnswersAsync() =>
        Task.Factory.StartNew(Ask, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (client.IsValueCreated)
        {
            // librdkafka waits for the request under way. The stop of the process does not.
            _ = Task.Run(client.Value.Dispose);
        }
    }

    private bool Ask()
    {
        try
        {
            return client.Value.GetMetadata(Timeout).Brokers.Count > 0;
        }
        catch (KafkaException)
        {
            return false;
        }
    }
}
