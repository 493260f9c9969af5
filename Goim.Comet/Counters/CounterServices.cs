using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Goim.Comet.Counters;

/// <summary>Registers what a comet counts.</summary>
internal static class CounterServices
{
    /// <summary>Adds the counters and the instruments.</summary>
    public static IServiceCollection AddCounters(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        return services.AddMetrics().AddSingleton<CometCounters>().AddSingleton<CometMetrics>();
    }
}
