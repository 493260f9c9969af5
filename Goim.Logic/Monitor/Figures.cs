using Goim.Logic.Telemetry;

namespace Goim.Logic.Monitor;

/// <summary>What this process has done since its start or the last reset.</summary>
public sealed class Figures
{
    private long pushes;
    private long records;

    /// <summary>Pushes planned, those to nobody included.</summary>
    public long Pushes => Interlocked.Read(ref pushes);

    /// <summary>Records handed to the output binding.</summary>
    public long RecordsQueued => Interlocked.Read(ref records);

    public void Reset()
    {
        Interlocked.Exchange(ref pushes, 0);
        Interlocked.Exchange(ref records, 0);
    }

    internal void Pushed(int count)
    {
        Interlocked.Increment(ref pushes);
        Interlocked.Add(ref records, count);
        GoimTelemetry.Pushes.Add(1);
        GoimTelemetry.Records.Add(count);
    }
}
