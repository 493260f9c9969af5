using Goim.Logic.Telemetry;

namespace Goim.Logic.Monitor;

/// <summary>What this process has done since its start or the last reset.</summary>
public sealed class Figures
{
    private const string Outcome = "goim.record.outcome";

    private long pushes;
    private long queued;
    private long acknowledged;
    private long failed;

    /// <summary>Pushes planned, those to nobody included.</summary>
    public long Pushes => Interlocked.Read(ref pushes);

    /// <summary>Records handed to the output binding.</summary>
    public long RecordsQueued => Interlocked.Read(ref queued);

    /// <summary>Records that a broker has acknowledged to our own producer.</summary>
    public long RecordsAcknowledged => Interlocked.Read(ref acknowledged);

    /// <summary>Records that our own producer has not got acknowledged.</summary>
    public long RecordsFailed => Interlocked.Read(ref failed);

    public void Reset()
    {
        Interlocked.Exchange(ref pushes, 0);
        Interlocked.Exchange(ref queued, 0);
        Interlocked.Exchange(ref acknowledged, 0);
        Interlocked.Exchange(ref failed, 0);
    }

    internal void Pushed(int count = 1)
    {
        Interlocked.Add(ref pushes, count);
        GoimTelemetry.Pushes.Add(count);
    }

    internal void Queued(int records)
    {
        Interlocked.Add(ref queued, records);
        GoimTelemetry.Records.Add(records, new KeyValuePair<string, object?>(Outcome, "queued"));
    }

    internal void Answered(int acknowledgements, int failures)
    {
        Interlocked.Add(ref acknowledged, acknowledgements);
        Interlocked.Add(ref failed, failures);
        GoimTelemetry.Records.Add(acknowledgements, new KeyValuePair<string, object?>(Outcome, "acknowledged"));
        if (failures > 0)
        {
            GoimTelemetry.Records.Add(failures, new KeyValuePair<string, object?>(Outcome, "failed"));
        }
    }
}
