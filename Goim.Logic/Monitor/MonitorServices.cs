using Microsoft.Extensions.DependencyInjection;

namespace Goim.Logic.Monitor;

internal static class MonitorServices
{
    /// <summary>Adds the counters of <c>/monitor/stat</c> and the checks of <c>/monitor/ping</c>.</summary>
    public static IServiceCollection AddMonitor(this IServiceCollection services)
    {
        services.AddSingleton<Counters>();
        services.AddHostedService(static provider => provider.GetRequiredService<Counters>());
        services.AddSingleton<Stat>();
        services.AddSingleton<Health>();
        return services;
    }
}
