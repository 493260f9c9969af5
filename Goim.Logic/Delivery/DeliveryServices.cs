using Goim.Kafka;
using Goim.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace Goim.Logic.Delivery;

internal static class DeliveryServices
{
    /// <summary>Adds our own producer, and what Kafka clients share.</summary>
    public static IServiceCollection AddDelivery(this IServiceCollection services)
    {
        services.AddKafka(static kafka => [kafka.Topic, kafka.EventsTopic]);
        services.AddSettings<ProducerOptions, ProducerOptionsValidator>(ProducerOptions.Section);
        services.AddSingleton<TopicPartitions>();
        services.AddHostedService(static provider => provider.GetRequiredService<TopicPartitions>());
        services.AddSingleton<RecordProducer>();
        services.AddHostedService<ProducerLifetime>();
        return services;
    }
}
