namespace Goim.Benchmarks.Start;

/// <summary>What one start took, from the start of the process.</summary>
/// <param name="Answered">Until its first answered push.</param>
/// <param name="Cpu">CPU time of the process up to then.</param>
/// <param name="Connected">Of a worker: until it connected to the Functions host. Null for a local host.</param>
internal sealed record StartTimes(TimeSpan Answered, TimeSpan Cpu, TimeSpan? Connected = null)
{
    public override string ToString() =>
        $"{Answered.TotalMilliseconds:0} ms, CPU {Cpu.TotalMilliseconds:0} ms"
        + (Connected is { } connected ? $", connected after {connected.TotalMilliseconds:0} ms" : "");
}
