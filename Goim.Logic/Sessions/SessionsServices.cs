using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Goim.Logic.Sessions;

internal static class SessionsServices
{
    /// <summary>
    /// Adds connections, deletions, restores and counts. A token authenticator that is registered elsewhere replaces the default.
    /// </summary>
    public static IServiceCollection AddSessions(this IServiceCollection services)
    {
        services.TryAddSingleton<ITokenAuthenticator, UserIdAuthenticator>();
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
