using System.Diagnostics.Metrics;
using Goim.Logic.Telemetry;
using Microsoft.Extensions.DependencyInjection;

namespace Goim.Functions.Tests.Hosting;

/// <summary>The instruments of an app, for parts of it that a test makes by hand.</summary>
internal static class TestMetrics
{
    public static GoimMetrics New() =>
        new(new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>());
}
