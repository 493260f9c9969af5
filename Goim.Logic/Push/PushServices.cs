using Goim.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace Goim.Logic.Push;

internal static class PushServices
{
    /// <summary>Adds pushes, one a request.</summary>
    public static IServiceCollection AddPush(this IServiceCollection services)
    {
        services.AddSettings<PushOptions, PushOptionsValidator>(PushOptions.Section);
        services.AddSingleton<PushGates>();
        services.AddSingleton<PushPlanner>();
        services.AddSingleton<Pusher>();
        return services;
    }
}
