namespace Goim.Benchmarks.Capacity;

/// <summary>Documented limits of the Azure services. docs/performance.md names the pages.</summary>
internal static class Platform
{
    /// <summary>Cores of a Flex Consumption instance with 2,048 MB.</summary>
    public const double FlexCores = 1;

    /// <summary>Cores and bytes of the largest Container Apps replica in the Consumption profile.</summary>
    public const double ReplicaCores = 4, ReplicaBytes = 8.0 * 1024 * 1024 * 1024;

    /// <summary>Minimum number of replicas of router nodes and of comets, so that one can be replaced while the other serves.</summary>
    public const int MinReplicas = 2;

    /// <summary>Ingress of one throughput unit of Event Hubs: events and MB per second.</summary>
    public const double ThroughputUnitEvents = 1_000, ThroughputUnitMegabytes = 1;

    /// <summary>Ingress of one processing unit of Event Hubs Premium in MB per second: the low end of 5 to 10.</summary>
    public const double ProcessingUnitMegabytes = 5;

    /// <summary>Egress of one throughput unit: MB and events per second.</summary>
    public const double ThroughputUnitEgressMegabytes = 2, ThroughputUnitEgressEvents = 4_096;

    /// <summary>Egress of one processing unit in MB per second, the low end of 10 to 20, and the units of a namespace.</summary>
    public const double ProcessingUnitEgressMegabytes = 10, MaxProcessingUnits = 16;

    /// <summary>The part of the memory of an Azure Managed Redis that is reserved for replication.</summary>
    public const double RedisReserved = 0.2;
}
