using Confluent.Kafka;
using Microsoft.Extensions.Options;

namespace Goim.Kafka;

/// <summary>Asks a broker about a topic.</summary>
public sealed class BrokerProbe : IDisposable
{
    private readonly Lazy<IAdminClient> client;

    /// <summary>The client is made by the first question.</summary>
    public BrokerProbe(IOptions<KafkaOptions> options, KafkaToken token)
    {
        client = new Lazy<IAdminClient>(() =>
        {
            // The question is a producer's: a cluster that creates topics for producers creates a missing one, as for a first record.
            var configuration = new AdminClientConfig(KafkaConnection.To(options.Value)) { AllowAutoCreateTopics = true };
            var builder = new AdminClientBuilder(configuration).SetLogHandler(static (_, _) => { });
            return KafkaLibrary.Make(
                (options.Value.UsesToken ? builder.SetOAuthBearerTokenRefreshHandler(token.Refresh) : builder).Build);
        });
    }

    /// <summary>
    /// What a broker says about a topic: no error if it is there and this client may see it, or for example <c>UnknownTopicOrPart</c> or
    /// <c>TopicAuthorizationFailed</c>. A local error if no broker answers in time.
    /// </summary>
    /// <param name="topic">The topic.</param>
    /// <param name="timeout">Maximum wait for the answer.</param>
    // librdkafka's call blocks, so it runs on a thread of its own.
    public Task<Error> AskAsync(string topic, TimeSpan timeout) => Task.Factory.StartNew(
        () => Ask(topic, timeout), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (client.IsValueCreated)
        {
            // librdkafka waits for the request under way. The stop of the process does not.
            _ = Task.Run(client.Value.Dispose);
        }
    }

    private Error Ask(string topic, TimeSpan timeout)
    {
        try
        {
            return client.Value.GetMetadata(topic, timeout).Topics is [var found] ? found.Error : new Error(ErrorCode.UnknownTopicOrPart);
        }
        catch (KafkaException failed)
        {
            return failed.Error;
        }
    }
}
