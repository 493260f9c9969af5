using Goim.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace Goim.Kafka;

/// <summary>Registers what every Kafka client of a process shares.</summary>
public static class KafkaServices
{
    /// <summary>Adds the <c>Kafka*</c> settings, the identity's token and the broker probe.</summary>
    public static IServiceCollection AddKafka(this IServiceCollection services)
    {
        services.AddSettings<KafkaOptions, KafkaOptionsValidator>(KafkaOptions.Section);
        services.AddSingleton<KafkaToken>();
        services.AddSingleton<BrokerProbe>();
        return services;
    }
}
