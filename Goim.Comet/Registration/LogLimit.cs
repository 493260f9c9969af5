namespace Goim.Comet.Registration;

/// <summary>Limits the log lines of one kind to one a minute. Every member may be used by any thread.</summary>
internal sealed class LogLimit
{
    private const long IntervalMs = 60_000;
    private readonly Lock gate = new();
    private long? last;
    private long omitted;

    /// <summary>Whether a line is due.</summary>
    /// <param name="leftOut">If it is: how many were left out since the last one.</param>
    public bool IsDue(out long leftOut)
    {
        lock (gate)
        {
            leftOut = omitted;
            var now = Environment.TickCount64;
            if (last is { } then && now - then < IntervalMs)
            {
                omitted++;
                return false;
            }

            (last, omitted) = (now, 0);
            return true;
        }
    }
}
