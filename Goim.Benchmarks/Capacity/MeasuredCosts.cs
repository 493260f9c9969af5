namespace Goim.Benchmarks.Capacity;

/// <summary>Measured costs, and the planned load of a core. docs/performance.md says where each comes from.</summary>
internal static class MeasuredCosts
{
    /// <summary>CPU microseconds of the Functions host and its worker per request.</summary>
    public const double HostUs = 500;

    /// <summary>CPU microseconds of the app for a push: in a request of its own, and in a batch.</summary>
    public const double AppUs = 35, BatchedAppUs = 2.4;

    /// <summary>CPU microseconds of the router nodes for a push: in a request of its own, and in a batch.</summary>
    public const double RouterUs = 10, BatchedRouterUs = 0.22;

    /// <summary>Bytes of a record in the topic, for a message of 100 bytes.</summary>
    public const double RecordBytes = 250;

    /// <summary>CPU microseconds of a comet for a message to one connection.</summary>
    public const double DeliveryUs = 7.4;

    /// <summary>CPU microseconds of a comet, and of the app, for a connect and its disconnect.</summary>
    public const double ConnectUs = 118, FacadeUs = 30;

    /// <summary>Planned load of a core.</summary>
    public const double Utilisation = 0.6;
}
