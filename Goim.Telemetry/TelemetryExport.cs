using System.Globalization;
using Azure.Monitor.OpenTelemetry.Exporter;
using Goim.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Goim.Telemetry;

/// <summary>Exports spans, metrics and logs of a process. Prometheus gets the metrics only.</summary>
public static class TelemetryExport
{
    /// <summary>Adds the settings of the exporters, checked at start.</summary>
    public static IServiceCollection AddTelemetrySettings(this IServiceCollection services)
    {
        services.AddSettings<TelemetryOptions, TelemetryOptionsValidator>(static (telemetry, settings) => telemetry.Bind(settings));
        return services;
    }

    /// <summary>
    /// Adds the exporters that the settings name, and the check of the settings. Without an exporter nothing is collected, which costs
    /// nothing.
    /// </summary>
    /// <param name="services">The services of the process.</param>
    /// <param name="configuration">Its settings.</param>
    /// <param name="service">The attribute <c>service.name</c> of all that is exported, unless <c>OTEL_SERVICE_NAME</c> is set.</param>
    /// <param name="sources">Names of the activity sources and meters to collect from, in the whole process.</param>
    /// <returns>The builder, for what a host adds to spans and logs. Null if these are not collected.</returns>
    public static IOpenTelemetryBuilder? AddTelemetryExport(
        this IServiceCollection services, IConfiguration configuration, string service, params string[] sources)
    {
        services.AddTelemetrySettings();
        var settings = new TelemetryOptions();
        settings.Bind(configuration);
        var sends = settings.ToApplicationInsights || settings.ToCollector;
        if ((!sends && !settings.ToPrometheus) || new TelemetryOptionsValidator().Validate(null, settings).Failed)
        {
            return null; // A setting that is not valid ends the start when the options are checked.
        }

        var telemetry = services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(service, serviceInstanceId: Instance()).AddEnvironmentVariableDetector())
            .WithMetrics(metrics => metrics.AddMeter(sources));
        if (settings.ToPrometheus)
        {
            telemetry.WithMetrics(static metrics => metrics.AddPrometheusExporter());
            services.AddHostedService<PrometheusEndpoint>();
        }

        if (!sends)
        {
            return null;
        }

        telemetry.WithTracing(tracing => tracing.AddSource(sources)).WithLogging();
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

    // Tells replicas apart. In a container the machine's name is the container's or the replica's, and every process has the id 1.
    private static string Instance() =>
        string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}-{Environment.ProcessId}");
}
