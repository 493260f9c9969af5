using System.Collections;
using Confluent.Kafka;
using Goim.Benchmarks.Targets;
using Goim.Kafka;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Goim.Benchmarks.Diff;

/// <summary>One side of the comparison: a topic, and how to read it.</summary>
/// <param name="name">A or B.</param>
/// <param name="options">The brokers, the topic, and how to sign in.</param>
/// <param name="token">Gives tokens for OAuthBearer.</param>
internal sealed class TopicSide(string name, KafkaOptions options, KafkaToken token)
{
    private const string Prefix = "Kafka";

    /// <summary>Consumer group. It is never joined, and no offset is committed; brokers may check the right to it.</summary>
    private const string Group = "goim-diff-topics";

    /// <summary>How long a broker may wait for a record before it gives an empty answer.</summary>
    private const int FetchWaitMs = 100;

    public string Name => name;

    public string Topic => options.Topic;

    public string Brokers => options.Brokers;

    /// <summary>
    /// Takes <c>brokers/topic</c>, and the settings <c>A__Kafka…</c> or <c>B__Kafka…</c> of the environment. If the side has none of
    /// its own: the settings <c>Kafka…</c>.
    /// </summary>
    /// <exception cref="TargetFailure">An address or a setting is wrong. The message never has a password.</exception>
    public static TopicSide Parse(string name, string address)
    {
        var slash = address.LastIndexOf('/');
        if (slash < 1 || slash == address.Length - 1)
        {
            throw new TargetFailure($"{name} is '{address}': expected brokers/topic, such as 127.0.0.1:9092/KafkaPushsTopic.");
        }

        var settings = Settings($"{name}__") is { Count: > 0 } own ? own : Settings("");
        settings["KafkaBrokers"] = address[..slash];
        settings["KafkaTopic"] = address[(slash + 1)..];

        // Not used. It must differ from the topic.
        settings["KafkaEventsTopic"] = $"{settings["KafkaTopic"]![..1]}-not-used";
        var services = new ServiceCollection().AddLogging();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        services.AddKafka(static _ => []);
        var provider = services.BuildServiceProvider();
        try
        {
            return new TopicSide(
                name, provider.GetRequiredService<IOptions<KafkaOptions>>().Value, provider.GetRequiredService<KafkaToken>());
        }
        catch (OptionsValidationException wrong)
        {
            throw new TargetFailure(string.Join('\n', wrong.Failures.Select(failure => $"{name}: {failure}")), wrong);
        }
    }

    /// <summary>Makes a consumer without partitions.</summary>
    /// <param name="failed">Gets the consumer's errors.</param>
    /// <exception cref="TargetFailure">librdkafka refuses the settings.</exception>
    public IConsumer<byte[]?, byte[]?> Consumer(Action<Error> failed)
    {
        var largest = options.MaxMessageBytes;
        var builder = new ConsumerBuilder<byte[]?, byte[]?>(new ConsumerConfig(KafkaConnection.To(options))
        {
            GroupId = Group,
            EnableAutoCommit = false,
            EnableAutoOffsetStore = false,
            EnablePartitionEof = true,
            AllowAutoCreateTopics = false,

            // Records that are deleted while they are read must not be left out silently.
            AutoOffsetReset = AutoOffsetReset.Error,
            FetchWaitMaxMs = FetchWaitMs,
            MaxPartitionFetchBytes = Math.Max(1024 * 1024, largest),
            ReconnectBackoffMaxMs = 1_000,
        }).SetLogHandler(static (_, _) => { }).SetErrorHandler((_, error) => failed(error));
        try
        {
            return KafkaLibrary.Make((options.UsesToken ? builder.SetOAuthBearerTokenRefreshHandler(token.Refresh) : builder).Build);
        }
        catch (InvalidOperationException refused)
        {
            // librdkafka cannot use what a setting names, such as a damaged certificate.
            throw Failure($"the Kafka settings cannot be used: {refused.Message}", refused);
        }
    }

    /// <summary>A failure that names this side.</summary>
    public TargetFailure Failure(string sentence, Exception? cause = null) => new($"{name}: {sentence}", cause);

    private static Dictionary<string, string?> Settings(string prefix) => Environment.GetEnvironmentVariables()
        .Cast<DictionaryEntry>()
        .Select(entry => (Name: (string)entry.Key, Value: (string?)entry.Value))
        .Where(entry => entry.Name.StartsWith(prefix + Prefix, StringComparison.OrdinalIgnoreCase))
        .ToDictionary(entry => entry.Name[prefix.Length..], entry => entry.Value, StringComparer.OrdinalIgnoreCase);
}
