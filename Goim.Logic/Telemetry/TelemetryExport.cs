using Azure.Monitor.OpenTelemetry.Exporter;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Resources;

namespace Goim.Logic.Telemetry;

/// <summary>Sends this project's spans, metrics and logs to where the settings say.</summary>
public static class TelemetryExport
{
    /// <summary>Collects nothing where the settings name no receiver, so that a push costs nothing for it.</summary>
    /// <returns>For what a host adds of its own; null where nothing is collected.</returns>
    public static IOpenTelemetryBuilder? AddTelemetryExport(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptionsWithValidateOnStart<TelemetryOptions, CheckedOptions<TelemetryOptions>>()
            .Configure<IConfiguration>(static (telemetry, configuration) => telemetry.Bind(configuration));
        var settings = new TelemetryOptions();
        settings.Bind(configuration);
        if ((!settings.ToApplicationInsights && !settings.ToCollector) || ((ICheckedOptions)settings).Problems().Any())
        {
            return null; // What is malformed ends the start, and in a sentence.
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
                exporter.EnableTraceBasedLogsSampler = false; // An alert that reads a log line must not depend on the sampling of requests.
            });
        }

        if (settings.ToCollector)
        {
            telemetry.UseOtlpExporter();
        }

        return telemetry;
    }
}
