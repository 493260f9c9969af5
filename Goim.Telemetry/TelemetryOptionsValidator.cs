using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace Goim.Telemetry;

/// <summary>Checks the telemetry settings. Never quotes a connection string or headers: they may hold a secret.</summary>
internal sealed class TelemetryOptionsValidator : IValidateOptions<TelemetryOptions>
{
    public ValidateOptionsResult Validate(string? name, TelemetryOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        if (options.ToApplicationInsights && !IsConnectionString(options.ConnectionString!))
        {
            result.AddError(
                $"{TelemetryOptions.ConnectionStringName} is no connection string: "
                + "expected InstrumentationKey={id};IngestionEndpoint=https://…, each name once.");
        }

        if (!string.IsNullOrEmpty(options.Authentication)
            && !TelemetryOptions.Pairs(options.Authentication).Contains(("AUTHORIZATION", "AAD")))
        {
            result.AddError(
                $"{TelemetryOptions.AuthenticationName} is '{options.Authentication}': expected Authorization=AAD, "
                + "with ClientId={id}; before it for a user-assigned identity.");
        }

        if (options.ToCollector && !IsAddress(options.OtlpEndpoint!))
        {
            result.AddError($"{TelemetryOptions.OtlpName} is '{options.OtlpEndpoint}': expected http://host:port or https://host:port.");
        }

        if (!string.IsNullOrEmpty(options.OtlpProtocol) && options.OtlpProtocol is not ("grpc" or "http/protobuf"))
        {
            result.AddError($"{TelemetryOptions.OtlpProtocolName} is '{options.OtlpProtocol}': expected grpc or http/protobuf.");
        }

        if (!string.IsNullOrEmpty(options.OtlpHeaders)
            && options.OtlpHeaders.Split(',').Any(static header => header.IndexOf('=', StringComparison.Ordinal) <= 0))
        {
            result.AddError(
                $"{TelemetryOptions.OtlpHeadersName} is no list of headers: expected name=value, several separated by commas.");
        }

        if (options.ToPrometheus && !IsPort(options.PrometheusPort!))
        {
            result.AddError($"{TelemetryOptions.PrometheusPortName} is '{options.PrometheusPort}': expected 1 to 65535.");
        }

        if (options.PrometheusHost is not (TelemetryOptions.Loopback or TelemetryOptions.EveryAddress) && !IsIp(options.PrometheusHost))
        {
            result.AddError(
                $"{TelemetryOptions.PrometheusHostName} is '{options.PrometheusHost}': expected localhost, an IP address or *.");
        }

        return result.Build();
    }

    private static bool IsConnectionString(string text)
    {
        var pairs = TelemetryOptions.Pairs(text).ToArray();
        return pairs.Length == text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Length
            && pairs.DistinctBy(static pair => pair.Name).Count() == pairs.Length
            && pairs.Any(static pair => pair.Name == "INSTRUMENTATIONKEY" && Guid.TryParse(pair.Value, out _))
            && pairs.All(static pair => !pair.Name.EndsWith("ENDPOINT", StringComparison.Ordinal) || IsAddress(pair.Value));
    }

    private static bool IsPort(string text) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0;

    // .NET also reads 1 as 0.0.0.1, and [::1]:80 as ::1.
    private static bool IsIp(string text) => IPAddress.TryParse(text, out var address)
        && (address.AddressFamily == AddressFamily.InterNetworkV6 ? !text.StartsWith('[') : address.ToString() == text);

    private static bool IsAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is ("http" or "https");
}
