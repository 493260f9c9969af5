using Goim.Settings;

namespace Goim.Comet.Settings;

/// <summary>Registers the settings of a comet.</summary>
internal static class CometSettings
{
    /// <summary>Adds the <c>Comet__*</c> settings, checked at start.</summary>
    public static IServiceCollection AddCometSettings(this IServiceCollection services)
    {
        services.AddSettings<CometOptions, CometOptionsValidator>(CometOptions.Section);
        return services;
    }
}
