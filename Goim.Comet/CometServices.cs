using Goim.Comet.Clients;
using Goim.Comet.Counters;
using Goim.Comet.Delivery;
using Goim.Comet.Registration;
using Goim.Comet.Settings;
using Goim.Comet.Status;
using Goim.Comet.Topic;

namespace Goim.Comet;

/// <summary>Registers a comet, one line a feature.</summary>
internal static class CometServices
{
    /// <summary>Adds a comet. The Kafka settings (<c>AddKafka</c>) must be there too.</summary>
    /// <param name="services">The services.</param>
    /// <param name="files">Files that clients' connections may take. Null for no limit.</param>
    public static IServiceCollection AddComet(this IServiceCollection services, int? files)
    {
        services.AddCometSettings();
        services.AddSingleton(new FilesForConnections(files)).AddSingleton<ConnectionPlaces>().AddCounters();
        services.AddSingleton<ConnectTickets>().AddSingleton<Lanes>();
        services.AddRegistration();
        services.AddTopic(static provider => provider.GetRequiredService<Registrar>().ServerId);
        services.AddClients();
        services.AddSingleton<CometHealth>().AddSingleton<CometStat>();
        return services;
    }
}
