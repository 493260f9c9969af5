using Goim.Logic.Comet;
using Goim.Logic.Counts;
using Goim.Logic.Delivery;
using Goim.Logic.Events;
using Goim.Logic.Facade;
using Goim.Logic.Idempotency;
using Goim.Logic.Journal;
using Goim.Logic.Monitor;
using Goim.Logic.Push;
using Goim.Logic.Push.Batch;
using Goim.Logic.Routing;
using Goim.Logic.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Goim.Logic;

/// <summary>Registers the logic tier: what every function needs, with its settings checked at start.</summary>
public static class GoimServices
{
    /// <summary>A token authenticator registered before or after stands in for the default one.</summary>
    public static IServiceCollection AddGoim(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<KafkaOptions, CheckedOptions<KafkaOptions>>().BindConfiguration("");
        services.AddOptionsWithValidateOnStart<RouterOptions, CheckedOptions<RouterOptions>>().BindConfiguration(RouterOptions.Section);
        services.AddOptionsWithValidateOnStart<PushOptions, CheckedOptions<PushOptions>>().BindConfiguration(PushOptions.Section)
            .Validate<IConfiguration>(
                static (push, settings) => push.Ack == PushAck.Broker
                    || !string.Equals(settings["KafkaAuthentication"], nameof(KafkaAuthentication.OAuthBearer), StringComparison.OrdinalIgnoreCase),
                "Push__Ack is queue: expected broker with KafkaAuthentication OAuthBearer, since the output binding has no token for Kafka.");
        services.AddOptionsWithValidateOnStart<StorageOptions, CheckedOptions<StorageOptions>>()
            .Configure<IConfiguration>(static (storage, configuration) => storage.Bind(configuration));
        services.AddOptionsWithValidateOnStart<ProducerOptions, CheckedOptions<ProducerOptions>>().BindConfiguration("");
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
        services.AddSingleton<KafkaToken>();
        services.AddSingleton<RecordProducer>();
        services.AddHostedService(static provider => provider.GetRequiredService<RecordProducer>());
        services.AddSingleton<IdempotencyKeys>();
        services.AddSingleton<PushGate>();
        services.AddSingleton<PushPlans>();
        services.AddSingleton<Pusher>();
        services.AddSingleton<BatchDelivery>();
        services.AddSingleton<PushBatch>();
        services.AddSingleton<SessionCounts>();
        services.AddSingleton<EventPublisher>();
        services.AddSingleton<CometConnections>();
        services.AddSingleton<RouterFacade>();
        services.AddSingleton<Figures>();
        services.AddSingleton<Stat>();
        services.AddSingleton<Health>();
        return services;
    }
}
