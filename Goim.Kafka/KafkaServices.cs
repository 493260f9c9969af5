using Goim.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Goim.Kafka;

/// <summary>Registers what every Kafka client of a process shares.</summary>
public static class KafkaServices
{
    /// <summary>Adds the <c>Kafka*</c> settings, the identity's token, the broker probe, and the check of topics.</summary>
    /// <param name="services">The services.</param>
    /// <param name="topics">The topics that the process uses.</param>
    public static IServiceCollection AddKafka(this IServiceCollection services, Func<KafkaOptions, IReadOnlyList<string>> topics)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSettings<KafkaOptions, KafkaOptionsValidator>(KafkaOptions.Section);
        services.AddSingleton<KafkaToken>();
        services.AddSingleton<BrokerProbe>();
        services.AddSingleton<IHostedService>(provider => ActivatorUtilities.CreateInstance<TopicCheck>(
            provider, topics(provider.GetRequiredService<IOptions<KafkaOptions>>().Value)));
        return services;
    }
}
