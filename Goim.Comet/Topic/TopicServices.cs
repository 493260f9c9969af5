using Goim.Comet.Delivery;

namespace Goim.Comet.Topic;

/// <summary>Registers the reader of the push topic.</summary>
internal static class TopicServices
{
    /// <summary>Adds the reader, which starts with the host.</summary>
    /// <param name="services">The services.</param>
    /// <param name="serverId">Gives the id of this comet server.</param>
    public static IServiceCollection AddTopic(this IServiceCollection services, Func<IServiceProvider, int> serverId)
    {
        services.AddSingleton<TopicConsumer>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<TopicReader>(provider, serverId(provider)));
        services.AddSingleton<ITopicProgress, TopicProgress>();
        services.AddHostedService(static provider => provider.GetRequiredService<TopicReader>());
        return services;
    }
}
