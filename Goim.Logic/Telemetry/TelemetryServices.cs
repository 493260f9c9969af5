using Microsoft.Extensions.DependencyInjection;

namespace Goim.Logic.Telemetry;

internal static class TelemetryServices
{
    /// <summary>Adds the app's instruments.</summary>
    public static IServiceCollection AddGoimMetrics(this IServiceCollection services) => services.AddSingleton<GoimMetrics>();
}
