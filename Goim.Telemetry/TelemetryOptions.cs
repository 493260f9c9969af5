using System.Net;
using Azure.Core;
using Azure.Identity;
using Microsoft.Extensions.Configuration;

namespace Goim.Telemetry;

/// <summary>
/// Where spans, metrics and logs go. The settings have their usual names: <c>APPLICATIONINSIGHTS_CONNECTION_STRING</c> with
/// <c>APPLICATIONINSIGHTS_AUTHENTICATION_STRING</c>, <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>, and for metrics alone
/// <c>OTEL_EXPORTER_PROMETHEUS_PORT</c>. Without them nothing is collected.
/// </summary>
internal sealed class TelemetryOptions
{
    internal const string ConnectionStringName = "APPLICATIONINSIGHTS_CONNECTION_STRING";
    internal const string AuthenticationName = "APPLICATIONINSIGHTS_AUTHENTICATION_STRING";
    internal const string OtlpName = "OTEL_EXPORTER_OTLP_ENDPOINT";
    internal const string OtlpProtocolName = "OTEL_EXPORTER_OTLP_PROTOCOL";
    internal const string OtlpHeadersName = "OTEL_EXPORTER_OTLP_HEADERS";
    internal const string PrometheusPortName = "OTEL_EXPORTER_PROMETHEUS_PORT";
    internal const string PrometheusHostName = "OTEL_EXPORTER_PROMETHEUS_HOST";
    internal const string Loopback = "localhost", EveryAddress = "*";

    /// <summary>
    /// Application Insights: <c>InstrumentationKey=…;IngestionEndpoint=…</c>. Not a secret if the resource accepts Entra ID only.
    /// </summary>
    public string? ConnectionString { get; private set; }

    /// <summary>
    /// <c>Authorization=AAD</c> or <c>ClientId=…;Authorization=AAD</c>, as the Functions host reads it. Null without Entra ID.
    /// </summary>
    public string? Authentication { get; private set; }

    /// <summary>URL of a collector that takes OTLP. The exporter reads its further settings, <c>OTEL_EXPORTER_OTLP_*</c>, itself.</summary>
    public string? OtlpEndpoint { get; private set; }

    /// <summary><c>grpc</c> (unless set) or <c>http/protobuf</c>.</summary>
    public string? OtlpProtocol { get; private set; }

    /// <summary><c>name=value,…</c>: headers of each request to the collector. May hold a secret.</summary>
    public string? OtlpHeaders { get; private set; }

    /// <summary>Port on which Prometheus gets the metrics: 1 to 65535.</summary>
    public string? PrometheusPort { get; private set; }

    /// <summary>Where that port is: <c>localhost</c> (unless set), an IP address of this machine, or <c>*</c> for all of them.</summary>
    public string PrometheusHost { get; private set; } = Loopback;

    public bool ToApplicationInsights => !string.IsNullOrEmpty(ConnectionString);

    public bool ToCollector => !string.IsNullOrEmpty(OtlpEndpoint);

    public bool ToPrometheus => !string.IsNullOrEmpty(PrometheusPort);

    public bool IsPrometheusLoopback =>
        PrometheusHost == Loopback || (IPAddress.TryParse(PrometheusHost, out var address) && IPAddress.IsLoopback(address));

    internal void Bind(IConfiguration configuration)
    {
        ConnectionString = configuration[ConnectionStringName];
        Authentication = configuration[AuthenticationName];
        OtlpEndpoint = configuration[OtlpName];
        OtlpProtocol = configuration[OtlpProtocolName];
        OtlpHeaders = configuration[OtlpHeadersName];
        PrometheusPort = configuration[PrometheusPortName];
        PrometheusHost = configuration[PrometheusHostName] is { Length: > 0 } host ? host : Loopback;
    }

    /// <summary>The identity that signs in to Application Insights. Null without Entra ID.</summary>
    // https://learn.microsoft.com/azure/azure-functions/functions-app-settings, APPLICATIONINSIGHTS_AUTHENTICATION_STRING.
    internal TokenCredential? Credential()
    {
        if (string.IsNullOrEmpty(Authentication))
        {
            return null;
        }

        return new ManagedIdentityCredential(Pairs(Authentication).FirstOrDefault(pair => pair.Name == "CLIENTID").Value is { } clientId
            ? ManagedIdentityId.FromUserAssignedClientId(clientId)
            : ManagedIdentityId.SystemAssigned);
    }

    /// <summary>Splits <c>name=value;…</c>. Names are in upper case.</summary>
    internal static IEnumerable<(string Name, string Value)> Pairs(string text) => text
        .Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(static pair => pair.Split('=', 2, StringSplitOptions.TrimEntries))
        .Where(static pair => pair.Length == 2)
        .Select(static pair => (pair[0].ToUpperInvariant(), pair[1]));
}
