namespace Goim.Benchmarks.Capacity;

/// <summary>What Azure documents of what the parts run on; docs/performance.md names the pages.</summary>
internal static class Platform
{
    /// <summary>Cores of a Flex Consumption instance with 2,048 MB.</summary>
    public const double FlexCores = 1;

    /// <summary>Cores and bytes of the largest Container Apps replica in the Consumption profile.</summary>
    public const double ReplicaCores = 4, ReplicaBytes = 8.0 * 1024 * 1024 * 1024;

    /// <summary>Two, so that one can be replaced.</summary>
    public const int LeastReplicas = 2;

    /// <summary>Events and megabytes a second that one throughput unit of Event Hubs takes in.</summary>
    public const double UnitEvents = 1_000, UnitMegabytes = 1;

    /// <summary>The low end of the 5 to 10 MB/s that one processing unit of Event Hubs Premium takes in.</summary>
    public const double ProcessingUnitMegabytes = 5;

    /// <summary>The part of an Azure Managed Redis' memory that is kept for replication.</summary>
    public const double RedisReserved = 0.2;
}
