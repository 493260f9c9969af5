using Microsoft.Extensions.DependencyInjection;

namespace Goim.Logic.Sessions;

internal static class SessionsServices
{
    /// <summary>Adds connections, deletions, restores and counts.</summary>
    public static IServiceCollection AddSessions(this IServiceCollection services)
    {
        services.AddSingleton<AbandonedPuts>();
        services.AddSingleton<Registrations>();
        services.AddSingleton<Connections>();
        services.AddSingleton<TokenChecks>();
        services.AddSingleton<ConnectBatch>();
        services.AddSingleton<DisconnectBatch>();
        services.AddSingleton<Deletions>();
        services.AddSingleton<SessionRestore>();
        services.AddSingleton<SessionCounts>();
        return services;
    }
}
