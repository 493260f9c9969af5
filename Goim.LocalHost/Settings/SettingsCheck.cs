using Goim.LocalHost.Broker;
using Goim.Logic;
using Goim.Logic.Telemetry;
using Goim.Settings;
using Microsoft.Extensions.Options;

namespace Goim.LocalHost.Settings;

/// <summary>Checks every setting before anything is started.</summary>
internal static class SettingsCheck
{
    /// <summary>Checks the settings.</summary>
    /// <exception cref="OptionsValidationException">A setting is refused.</exception>
    public static void Run(IConfiguration configuration)
    {
        // The embedded broker and router set these when they have started.
        var settings = new ConfigurationBuilder().AddConfiguration(configuration);
        if (!EmbeddedBroker.IsConfigured(configuration))
        {
            settings.AddInMemoryCollection(EmbeddedBroker.Settings("127.0.0.1:9092"));
        }

        if (!EmbeddedRouter.IsConfigured(configuration))
        {
            settings.AddInMemoryCollection(EmbeddedRouter.Settings("http://127.0.0.1:7270"));
        }

        var check = new ServiceCollection().AddSingleton<IConfiguration>(settings.Build()).AddGoim().AddLocalHostOptions();
        check.AddTelemetryExport(configuration);
        using var services = check.BuildServiceProvider();
        services.GetRequiredService<IStartupValidator>().Validate();
    }

    public static IServiceCollection AddLocalHostOptions(this IServiceCollection services)
    {
        services.AddSettings<LocalHostOptions, LocalHostOptionsValidator>(LocalHostOptions.Section);
        return services;
    }
}
