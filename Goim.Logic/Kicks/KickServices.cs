using Microsoft.Extensions.DependencyInjection;

namespace Goim.Logic.Kicks;

internal static class KickServices
{
    /// <summary>Adds kicks.</summary>
    public static IServiceCollection AddKicks(this IServiceCollection services) => services.AddSingleton<Kicker>();
}
