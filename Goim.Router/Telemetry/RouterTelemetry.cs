namespace Goim.Router.Telemetry;

/// <summary>Where a node's metrics are found.</summary>
public static class RouterTelemetry
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Goim.Router";

    /// <summary>A node's <c>service.name</c>.</summary>
    public const string Service = "goim-router";
}
