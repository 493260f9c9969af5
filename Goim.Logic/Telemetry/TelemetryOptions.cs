using Azure.Core;
using Azure.Identity;
using Microsoft.Extensions.Configuration;

namespace Goim.Logic.Telemetry;

/// <summary>
/// Where spans, metrics and logs go, in the settings' usual names: <c>APPLICATIONINSIGHTS_CONNECTION_STRING</c> with
/// <c>APPLICATIONINSIGHTS_AUTHENTICATION_STRING</c>, and <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>. Unset, nothing is collected.
/// </summary>
internal sealed class TelemetryOptions : ICheckedOptions
{
    private const string ConnectionStringName = "APPLICATIONINSIGHTS_CONNECTION_STRING", AuthenticationName = "APPLICATIONINSIGHTS_AUTHENTICATION_STRING";
    private const string OtlpName = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>Of Application Insights: <c>InstrumentationKey=…;IngestionEndpoint=…</c>. It holds no secret where local authentication is off.</summary>
    public string? ConnectionString { get; private set; }

    /// <summary><c>Authorization=AAD</c> or <c>ClientId=…;Authorization=AAD</c>, as the Functions host reads it; nothing without Entra ID.</summary>
    public string? Authentication { get; private set; }

    /// <summary>Of a collector that takes OpenTelemetry's protocol; further settings of its exporter are <c>OTEL_EXPORTER_OTLP_*</c>.</summary>
    public string? OtlpEndpoint { get; private set; }

    public bool ToApplicationInsights => !string.IsNullOrEmpty(ConnectionString);

    public bool ToCollector => !string.IsNullOrEmpty(OtlpEndpoint);

    internal void Bind(IConfiguration configuration)
    {
        ConnectionString = configuration[ConnectionStringName];
        Authentication = configuration[AuthenticationName];
        OtlpEndpoint = configuration[OtlpName];
    }

    /// <summary>Who signs in to Application Insights; null where nobody has to.</summary>
    // learn.microsoft.com/azure/azure-functions/functions-app-settings, APPLICATIONINSIGHTS_AUTHENTICATION_STRING.
    internal TokenCredential? Credential() => string.IsNullOrEmpty(Authentication) ? null
        : Pairs(Authentication).FirstOrDefault(pair => pair.Name == "CLIENTID").Value is { } clientId ? new ManagedIdentityCredential(ManagedIdentityId.FromUserAssignedClientId(clientId))
        : new ManagedIdentityCredential(ManagedIdentityId.SystemAssigned);

    IEnumerable<string> ICheckedOptions.Problems()
    {
        // Its value is not told: it holds the instrumentation key.
        if (ToApplicationInsights && !Pairs(ConnectionString!).Any(static pair => pair.Name == "INSTRUMENTATIONKEY" && Guid.TryParse(pair.Value, out _)))
        {
            yield return $"{ConnectionStringName} is no connection string: expected InstrumentationKey={{id}};IngestionEndpoint=https://….";
        }

        if (!string.IsNullOrEmpty(Authentication) && !Pairs(Authentication).Contains(("AUTHORIZATION", "AAD")))
        {
            yield return $"{AuthenticationName} is '{Authentication}': expected Authorization=AAD, with ClientId={{id}}; before it for a user-assigned identity.";
        }

        if (ToCollector && !(Uri.TryCreate(OtlpEndpoint, UriKind.Absolute, out var endpoint) && endpoint.Scheme is "http" or "https"))
        {
            yield return $"{OtlpName} is '{OtlpEndpoint}': expected http://host:port or https://host:port.";
        }
    }

    private static IEnumerable<(string Name, string Value)> Pairs(string text) => text
        .Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(static pair => pair.Split('=', 2, StringSplitOptions.TrimEntries))
        .Where(static pair => pair.Length == 2)
        .Select(static pair => (pair[0].ToUpperInvariant(), pair[1]));
}
