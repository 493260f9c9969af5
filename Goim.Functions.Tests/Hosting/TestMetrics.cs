using System.Diagnostics.Metrics;
using Goim.Comet.Counters;
using Goim.Logic.Telemetry;
using Microsoft.Extensions.DependencyInjection;

namespace Goim.Functions.Tests.Hosting;

/// <summary>The instruments of an app or a comet, for parts of it that a test makes by hand.</summary>
internal static class TestMetrics
{
    public static GoimMetrics New() =>
        new(Meters());

    /// <summary>The instruments of a comet.</summary>
    public static CometMetrics OfComet(CometCounters counters) => new(Meters(), counters, TimeProvider.System);

    private static IMeterFactory Meters() =>
        new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>();
}
