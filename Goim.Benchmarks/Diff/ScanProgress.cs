namespace Goim.Benchmarks.Diff;

/// <summary>Where each partition was begun, how far it is read, and its end.</summary>
internal sealed class ScanProgress
{
    /// <summary>First offset to read, by partition.</summary>
    public Dictionary<int, long> Starts { get; } = [];

    /// <summary>Next offset to read, and end, by partition.</summary>
    public Dictionary<int, long> Positions { get; } = [];

    public Dictionary<int, long> Ends { get; } = [];

    public bool IsAtEnd => Ends.All(end => Positions.GetValueOrDefault(end.Key) >= end.Value);

    /// <summary>Offsets before the ends that are not read.</summary>
    public long Missing => Ends.Sum(end => Math.Max(0, end.Value - Positions.GetValueOrDefault(end.Key)));

    /// <summary>Begins a partition.</summary>
    public void Start(int partition, long offset) => Starts[partition] = Positions[partition] = offset;
}
