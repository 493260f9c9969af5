namespace Goim.Logic.Gate;

/// <summary>A call at a gate. Disposing it gives back its turn and its bytes.</summary>
public sealed class GatedCall : IDisposable
{
    private readonly CallGate gate;
    private int arrived;
    private int counted;
    private int turns;

    internal GatedCall(CallGate gate) => this.gate = gate;

    /// <summary>Counts bytes of the body that have arrived. A problem if all calls together have too many.</summary>
    public Problem? Arrive(int bytes)
    {
        arrived += bytes;
        var more = arrived - CallGate.FreeBytes - counted;
        if (more <= 0)
        {
            return null;
        }

        var full = gate.Add(more);
        counted += full is null ? more : 0;
        return full;
    }

    /// <summary>Takes a turn, once the body is read. A problem if too many calls have one.</summary>
    public Problem? Enter()
    {
        var full = gate.Enter();
        turns += full is null ? 1 : 0;
        return full;
    }

    public void Dispose()
    {
        gate.Leave(turns, counted);
        (turns, counted) = (0, 0);
    }
}
