using Goim.Logic.Comet;
using Goim.Logic.Counts;
using Goim.Logic.Delivery;
using Goim.Logic.Events;
using Goim.Logic.Facade;
using Goim.Logic.Journal;
using Goim.Logic.Monitor;
using Goim.Logic.Push;
using Goim.Logic.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Goim.Logic;

/// <summary>Registers the logic tier: what every function needs, with its settings checked at start.</summary>
public static class GoimServices
{
    /// <summary>A token authenticator registered before or after stands in for the default one.</summary>
    public static IServiceCollection AddGoim(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<KafkaOptions, CheckedOptions<KafkaOptions>>().BindConfiguration("");
        services.AddOptionsWithValidateOnStart<RouterOptions, CheckedOptions<RouterOptions>>().BindConfiguration(RouterOptions.Section);
        services.AddOptionsWithValidateOnStart<PushOptions, CheckedOptions<PushOptions>>().BindConfiguration(PushOptions.Section);
        services.AddOptionsWithValidateOnStart<StorageOptions, CheckedOptions<StorageOptions>>()
            .Configure<IConfiguration>(static (storage, configuration) => storage.Bind(configuration));
        services.AddOptions<EventsOptions>().BindConfiguration(EventsOptions.Section).ValidateOnStart();

        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ITokenAuthenticator, UserIdAuthenticator>();
        services.AddSingleton<RouterNodes>();
        services.AddSingleton<RouterClient>();
        services.AddSingleton<SessionLookup>();
        services.AddSingleton<SessionRestore>();
        services.AddSingleton<RouterJournal>();
        services.AddSingleton<JournalReplay>();
        services.AddSingleton<Deletions>();
        services.AddSingleton<BrokerProbe>();
        services.AddSingleton<Pusher>();
        services.AddSingleton<SessionCounts>();
        services.AddSingleton<EventLimit>();
        services.AddSingleton<CometConnections>();
        services.AddSingleton<RouterFacade>();
        services.AddSingleton<Figures>();
        services.AddSingleton<Stat>();
        services.AddSingleton<Health>();
        return services;
    }
}
