using Goim.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace Goim.Logic.Facade;

internal static class FacadeServices
{
    /// <summary>Adds the router facade for comets.</summary>
    public static IServiceCollection AddFacade(this IServiceCollection services)
    {
        services.AddSettings<FacadeOptions, FacadeOptionsValidator>(FacadeOptions.Section);
        services.AddSingleton<AnswerGate>().AddScoped<UnsentAnswer>();
        return services.AddSingleton<FacadeGate>().AddSingleton<RouterFacade>().AddSingleton<RouterReads>().AddSingleton<Heartbeats>();
    }
}
