using Microsoft.Extensions.Options;

namespace Goim.Logic.Push;

/// <summary>Bounds the pushes that are under way at once, and with them the memory that their bodies take.</summary>
public sealed class PushGate(IOptions<PushOptions> options) : IDisposable
{
    private readonly SemaphoreSlim turns = new(options.Value.MaxConcurrent);

    /// <summary>A turn, to be given back when the push is answered; a problem if there is none left.</summary>
    public Outcome<Turn> Enter() => turns.Wait(0)
        ? new Turn(turns)
        : new Problem(ProblemKind.TooMany, $"{options.Value.MaxConcurrent} pushes are under way: expected no more at once (Push__MaxConcurrent), nothing was sent, repeat the call.");

    public void Dispose() => turns.Dispose();

    /// <summary>One push's turn.</summary>
    public sealed class Turn : IDisposable
    {
        private readonly SemaphoreSlim turns;

        internal Turn(SemaphoreSlim turns) => this.turns = turns;

        public void Dispose() => turns.Release();
    }
}
