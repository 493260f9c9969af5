namespace Goim.Logic.Gate;

/// <summary>Limits the calls of one kind that are under way at once, and the bytes of their bodies that have arrived.</summary>
public sealed class CallGate
{
    /// <summary>Bytes of each body that are not counted. So callers with large bodies cannot keep out those with small ones.</summary>
    public const int FreeBytes = 64 * 1024;

    private readonly Lock gate = new();
    private readonly string calls;
    private readonly string setting;
    private readonly string nothingDone;
    private readonly int maxCalls;
    private readonly long maxBytes;
    private int count;
    private long bytes;

    /// <param name="calls">The kind of call, for an error: <c>pushes</c>.</param>
    /// <param name="maxCalls">Most calls that may hold a turn.</param>
    /// <param name="setting">The setting that has this number, for an error.</param>
    /// <param name="maxBytes">Most bytes of bodies that have arrived, those of calls without a turn included.</param>
    /// <param name="nothingDone">What a refusal says about the call: <c>nothing was sent</c>.</param>
    public CallGate(string calls, int maxCalls, string setting, long maxBytes, string nothingDone)
    {
        (this.calls, this.maxCalls, this.setting) = (calls, maxCalls, setting);
        (this.maxBytes, this.nothingDone) = (maxBytes, nothingDone);
    }

    /// <summary>Begins a call, which holds no turn yet: its body is read first. Dispose it when the call is answered.</summary>
    public GatedCall Begin() => new(this);

    internal Problem? Add(int arrived)
    {
        lock (gate)
        {
            if (bytes + arrived > maxBytes)
            {
                return new Problem(
                    ProblemKind.TooMany,
                    $"{calls} of {bytes} bytes are under way: expected {maxBytes} at most at once, {nothingDone}, repeat the call.");
            }

            bytes += arrived;
            return null;
        }
    }

    internal Problem? Enter()
    {
        lock (gate)
        {
            if (count == maxCalls)
            {
                return new Problem(
                    ProblemKind.TooMany,
                    $"{count} {calls} are under way: expected no more at once ({setting}), {nothingDone}, repeat the call.");
            }

            count++;
            return null;
        }
    }

    internal void Leave(int turns, int arrived)
    {
        lock (gate)
        {
            count -= turns;
            bytes -= arrived;
        }
    }
}
