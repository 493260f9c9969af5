using Goim.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace Goim.Logic.Events;

internal static class EventsServices
{
    /// <summary>Adds the publisher of events.</summary>
    public static IServiceCollection AddEvents(this IServiceCollection services)
    {
        services.AddSettings<EventsOptions>(EventsOptions.Section);
        services.AddSingleton<EventPublisher>();
        return services;
    }
}
