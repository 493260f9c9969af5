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
    private const string OtlpName = "OTEL_EXPORTER_OTLP_ENDPOINT", OtlpProtocolName = "OTEL_EXPORTER_OTLP_PROTOCOL", OtlpHeadersName = "OTEL_EXPORTER_OTLP_HEADERS";

    /// <summary>Of Application Insights: <c>InstrumentationKey=…;IngestionEndpoint=…</c>. It holds no secret where local authentication is off.</summary>
    public string? ConnectionString { get; private set; }

    /// <summary><c>Authorization=AAD</c> or <c>ClientId=…;Authorization=AAD</c>, as the Functions host reads it; nothing without Entra ID.</summary>
    public string? Authentication { get; private set; }

    /// <summary>Of a collector that takes OpenTelemetry's protocol; further settings of its exporter are <c>OTEL_EXPORTER_OTLP_*</c>.</summary>
    public string? OtlpEndpoint { get; private set; }

    /// <summary><c>grpc</c>, which it is unless set, or <c>http/protobuf</c>.</summary>
    public string? OtlpProtocol { get; private set; }

    /// <summary><c>name=value,…</c>, sent along to the collector.</summary>
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

    /// <summary>Who signs in to Application Insights; null where nobody has to.</summary>
    // learn.microsoft.com/azure/azure-functions/functions-app-settings, APPLICATIONINSIGHTS_AUTHENTICATION_STRING.
    internal TokenCredential? Credential() => string.IsNullOrEmpty(Authentication) ? null
        : Pairs(Authentication).FirstOrDefault(pair => pair.Name == "CLIENTID").Value is { } clientId ? new ManagedIdentityCredential(ManagedIdentityId.FromUserAssignedClientId(clientId))
        : new ManagedIdentityCredential(ManagedIdentityId.SystemAssigned);

    IEnumerable<string> ICheckedOptions.Problems()
    {
        // Its value is not told: it holds the instrumentation key.
        if (ToApplicationInsights && !IsConnectionString(ConnectionString!))
        {
            yield return $"{ConnectionStringName} is no connection string: expected InstrumentationKey={{id}};IngestionEndpoint=https://…, each name once.";
        }

        if (!string.IsNullOrEmpty(Authentication) && !Pairs(Authentication).Contains(("AUTHORIZATION", "AAD")))
        {
            yield return $"{AuthenticationName} is '{Authentication}': expected Authorization=AAD, with ClientId={{id}}; before it for a user-assigned identity.";
        }

        if (ToCollector && !IsAddress(OtlpEndpoint!))
        {
            yield return $"{OtlpName} is '{OtlpEndpoint}': expected http://host:port or https://host:port.";
        }

        if (!string.IsNullOrEmpty(OtlpProtocol) && OtlpProtocol is not ("grpc" or "http/protobuf"))
        {
            yield return $"{OtlpProtocolName} is '{OtlpProtocol}': expected grpc or http/protobuf.";
        }

        // Nor is this one: it may hold a collector's key.
        if (!string.IsNullOrEmpty(OtlpHeaders) && OtlpHeaders.Split(',').Any(static header => header.IndexOf('=', StringComparison.Ordinal) <= 0))
        {
            yield return $"{OtlpHeadersName} is no list of headers: expected name=value, several separated by commas.";
        }
    }

    private static bool IsConnectionString(string text)
    {
        var pairs = Pairs(text).ToArray();
        return pairs.Length == text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Length
            && pairs.DistinctBy(static pair => pair.Name).Count() == pairs.Length
            && pairs.Any(static pair => pair.Name == "INSTRUMENTATIONKEY" && Guid.TryParse(pair.Value, out _))
            && pairs.All(static pair => !pair.Name.EndsWith("ENDPOINT", StringComparison.Ordinal) || IsAddress(pair.Value));
    }

    private static bool IsAddress(string text) => Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is ("http" or "https");

    private static IEnumerable<(string Name, string Value)> Pairs(string text) => text
        .Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(static pair => pair.Split('=', 2, StringSplitOptions.TrimEntries))
        .Where(static pair => pair.Length == 2)
        .Select(static pair => (pair[0].ToUpperInvariant(), pair[1]));
}
