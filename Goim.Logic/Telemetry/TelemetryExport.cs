using Azure.Monitor.OpenTelemetry.Exporter;
using Goim.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Resources;

namespace Goim.Logic.Telemetry;

/// <summary>Exports this project's spans, metrics and logs.</summary>
public static class TelemetryExport
{
    /// <summary>Adds the exporters that the settings name. Without one nothing is collected, which costs a push nothing.</summary>
    /// <returns>The builder, for what a host adds. Null if nothing is collected.</returns>
    public static IOpenTelemetryBuilder? AddTelemetryExport(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<TelemetryOptions, TelemetryOptionsValidator>(static (telemetry, settings) => telemetry.Bind(settings));
        var settings = new TelemetryOptions();
        settings.Bind(configuration);
        if ((!settings.ToApplicationInsights && !settings.ToCollector) || new TelemetryOptionsValidator().Validate(null, settings).Failed)
        {
            return null; // A setting that is not valid ends the start when the options are checked.
        }

        var telemetry = services.AddOpenTelemetry()
            .ConfigureResource(static resource => resource.AddService("goim-functions").AddEnvironmentVariableDetector())
            .WithTracing(static tracing => tracing.AddSource(GoimTelemetry.Name))
            .WithMetrics(static metrics => metrics.AddMeter(GoimTelemetry.Name))
            .WithLogging();
        if (settings.ToApplicationInsights)
        {
            telemetry.UseAzureMonitorExporter(exporter =>
            {
                exporter.ConnectionString = settings.ConnectionString;
                exporter.Credential = settings.Credential();
                exporter.EnableTraceBasedLogsSampler = false; // Alerts read log lines, also those of requests that are not sampled.
            });
        }

        if (settings.ToCollector)
        {
            telemetry.UseOtlpExporter();
        }

        return telemetry;
    }
}
