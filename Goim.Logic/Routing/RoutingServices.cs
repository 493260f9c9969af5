using Goim.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace Goim.Logic.Routing;

internal static class RoutingServices
{
    /// <summary>Adds the client of the router nodes. (ASP.NET Core owns the name AddRouting.)</summary>
    public static IServiceCollection AddRouterClient(this IServiceCollection services)
    {
        services.AddSettings<RouterOptions, RouterOptionsValidator>(RouterOptions.Section);
        services.AddSingleton<RouterClient>();
        return services;
    }
}
