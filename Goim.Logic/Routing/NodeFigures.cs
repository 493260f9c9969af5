using Goim.Logic.Telemetry;

namespace Goim.Logic.Routing;

/// <summary>What the calls to one node came to since the start or the last reset.</summary>
internal sealed class NodeFigures(string node)
{
    private long calls;
    private long failures;
    private long retries;

    public long Calls => Interlocked.Read(ref calls);

    public long Failures => Interlocked.Read(ref failures);

    /// <summary>Attempts after the first.</summary>
    public long Retries => Interlocked.Read(ref retries);

    public void Called() => Interlocked.Increment(ref calls);

    public void Failed() => Interlocked.Increment(ref failures);

    public void Retried()
    {
        Interlocked.Increment(ref retries);
        GoimTelemetry.Retries.Add(1, new KeyValuePair<string, object?>("server.address", node));
    }

    public void Reset()
    {
        Interlocked.Exchange(ref calls, 0);
        Interlocked.Exchange(ref failures, 0);
        Interlocked.Exchange(ref retries, 0);
    }
}
