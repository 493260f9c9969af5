using Goim.LocalHost.Broker;
using Goim.Logic;
using Goim.Logic.Telemetry;
using Microsoft.Extensions.Options;

namespace Goim.LocalHost.Settings;

/// <summary>Checks every setting before anything is started.</summary>
internal static class SettingsCheck
{
    /// <exception cref="OptionsValidationException">A setting is refused.</exception>
    /// <exception cref="InvalidOperationException">A setting is no number, time or name where one is expected.</exception>
    public static void Run(IConfiguration configuration)
    {
        // What the embedded broker and router will fill in has to look filled in.
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
        services.AddOptionsWithValidateOnStart<LocalHostOptions, CheckedOptions<LocalHostOptions>>().BindConfiguration(LocalHostOptions.Section);
        return services;
    }
}
