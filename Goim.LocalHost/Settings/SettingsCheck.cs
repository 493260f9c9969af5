using Goim.Comet.Settings;
using Goim.LocalHost.Broker;
using Goim.Logic;
using Goim.Logic.Access;
using Goim.Logic.Journal;
using Goim.Logic.Tokens;
using Goim.Settings;
using Goim.Telemetry;
using Microsoft.Extensions.Options;

namespace Goim.LocalHost.Settings;

/// <summary>Checks every setting before anything starts.</summary>
internal static class SettingsCheck
{
    /// <exception cref="OptionsValidationException">A setting is not valid.</exception>
    public static void Run(IConfiguration configuration)
    {
        // Placeholders: the embedded broker and router node get their addresses, and the node its token, when they start.
        var settings = new ConfigurationBuilder().AddConfiguration(configuration);
        if (EmbeddedBroker.IsNeeded(configuration))
        {
            settings.AddInMemoryCollection(EmbeddedBroker.Settings("127.0.0.1:9092"));
        }

        if (EmbeddedRouter.IsNeeded(configuration))
        {
            settings.AddInMemoryCollection(EmbeddedRouter.Settings("http://127.0.0.1:7270", EmbeddedRouter.NewToken()));
        }

        var hasComet = EmbeddedComet.IsNeeded(configuration);
        if (hasComet)
        {
            settings.AddInMemoryCollection(
                EmbeddedComet.Settings(configuration, new Uri("http://127.0.0.1:7071"), key: "", callerKey: null));
        }

        var checkedServices = new ServiceCollection().AddSingleton<IConfiguration>(settings.Build()).AddGoim().AddLocalHostOptions();
        checkedServices.AddTelemetrySettings();
        if (hasComet)
        {
            checkedServices.AddCometSettings();
        }

        using var services = checkedServices.BuildServiceProvider();
        services.GetRequiredService<IStartupValidator>().Validate();
    }

    public static IServiceCollection AddLocalHostOptions(this IServiceCollection services)
    {
        services.AddSettings<LocalHostOptions, LocalHostOptionsValidator>(LocalHostOptions.Section);
        services.AddSingleton<IValidateOptions<JournalOptions>, LocalJournalValidator>();
        services.AddSingleton<IValidateOptions<AccessOptions>, LocalAccessValidator>();
        services.PostConfigure<ConnectOptions>(static connect =>
        {
            connect.Tokens ??= TokenKind.UserId;
            connect.IsForTrials = true;
        });
        return services;
    }
}
