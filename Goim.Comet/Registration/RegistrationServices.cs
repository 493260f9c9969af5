namespace Goim.Comet.Registration;

/// <summary>Registers the registration of connections at the facade.</summary>
internal static class RegistrationServices
{
    /// <summary>Adds the <see cref="Registrar"/>. The connections' lanes, counters and settings must be there too.</summary>
    public static IServiceCollection AddRegistration(this IServiceCollection services)
    {
        services.AddSingleton<RegistrationState>().AddSingleton<RecentKeys>();
        services.AddSingleton<FacadeLog>().AddSingleton<CallerToken>().AddSingleton<FacadeClient>();
        services.AddSingleton<Disconnects>().AddSingleton<AbandonedConnects>().AddSingleton<Connects>().AddSingleton<TokenChecks>();
        services.AddSingleton<RoomChanges>().AddSingleton<ClientRooms>().AddSingleton<RestoredRooms>();
        services.AddSingleton<Registrar>().AddSingleton<SpreadClose>();
        services.AddHostedService(static provider => provider.GetRequiredService<Disconnects>());
        services.AddHostedService(static provider => provider.GetRequiredService<AbandonedConnects>());
        services.AddHostedService(static provider => provider.GetRequiredService<Connects>());
        services.AddHostedService(static provider => provider.GetRequiredService<TokenChecks>());
        services.AddHostedService(static provider => provider.GetRequiredService<RoomChanges>());
        services.AddHostedService<Heartbeats>();
        services.AddHostedService<UnknownKeys>();
        services.AddHostedService<ServerKicks>();
        services.AddHostedService<Drain>();
        return services;
    }
}
