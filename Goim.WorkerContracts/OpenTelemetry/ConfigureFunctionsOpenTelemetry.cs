using Microsoft.Azure.Functions.Worker.Builder;
using OpenTelemetry;

namespace Microsoft.Azure.Functions.Worker.OpenTelemetry;

/// <summary>What the worker adds to telemetry of its own. Only declared here: it comes with Microsoft's packages.</summary>
public static class ConfigureFunctionsOpenTelemetry
{
    public static IOpenTelemetryBuilder UseFunctionsWorkerDefaults(this IOpenTelemetryBuilder builder) => throw FunctionsApplicationBuilder.Missing();
}
