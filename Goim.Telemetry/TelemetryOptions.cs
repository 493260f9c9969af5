using Azure.Core;
using Azure.Identity;
using Microsoft.Extensions.Configuration;

namespace Goim.Telemetry;

/// <summary>
/// Where spans, metrics and logs are sent. The settings have their usual names: <c>APPLICATIONINSIGHTS_CONNECTION_STRING</c> with
/// <c>APPLICATIONINSIGHTS_AUTHENTICATION_STRING</c>, and <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>. Without them nothing is collected.
/// </summary>
internal sealed class TelemetryOptions
{
    internal const string ConnectionStringName = "APPLICATIONINSIGHTS_CONNECTION_STRING";
    internal const string AuthenticationName = "APPLICATIONINSIGHTS_AUTHENTICATION_STRING";
    internal const string OtlpName = "OTEL_EXPORTER_OTLP_ENDPOINT";
    internal const string OtlpProtocolName = "OTEL_EXPORTER_OTLP_PROTOCOL";
    internal const string OtlpHeadersName = "OTEL_EXPORTER_OTLP_HEADERS";

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

    public bool ToApplicationInsights => !string.IsNullOrEmpty(ConnectionString);

    public bool ToCollector => !string.IsNullOrEmpty(OtlpEndpoint);

    internal void Bind(IConfiguration configuration)
    {
        ConnectionString = configuration[ConnectionStringName];
        Authentication = configuration[AuthenticationName];
        OtlpEndpoint = configuration[OtlpName];
        OtlpProtocol = configuration[OtlpProtocolName];
        OtlpHeaders = configuration[OtlpHeadersName];
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
