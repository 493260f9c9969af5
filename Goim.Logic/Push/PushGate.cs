using Microsoft.Extensions.Options;

namespace Goim.Logic.Push;

/// <summary>Limits the pushes that are under way at once, and the bytes of their bodies.</summary>
public sealed class PushGate(IOptions<PushOptions> options)
{
    /// <summary>Most bytes of bodies. A push that is alone may have more.</summary>
    private const long MaxBytes = 128 * 1024 * 1024;

    private readonly Lock gate = new();
    private int count;
    private long bytes;

    /// <summary>Lets a push in. Dispose the turn when the push is answered.</summary>
    /// <param name="bodyBytes">Bytes of the body.</param>
    public Outcome<Turn> Enter(int bodyBytes)
    {
        lock (gate)
        {
            if (count == options.Value.MaxConcurrent)
            {
                return new Problem(
                    ProblemKind.TooMany,
                    $"{count} pushes are under way: expected no more at once (Push__MaxConcurrent), nothing was sent, repeat the call.");
            }

            if (count > 0 && bytes + bodyBytes > MaxBytes)
            {
                return new Problem(
                    ProblemKind.TooMany,
                    $"pushes of {bytes} bytes are under way: expected {MaxBytes} at most at once, nothing was sent, repeat the call.");
            }

            count++;
            bytes += bodyBytes;
            return new Turn(this, bodyBytes);
        }
    }

    private void Leave(int bodyBytes)
    {
        lock (gate)
        {
            count--;
            bytes -= bodyBytes;
        }
    }

    /// <summary>A push that is under way.</summary>
    public sealed class Turn : IDisposable
    {
        private readonly PushGate gate;
        private readonly int bodyBytes;

        internal Turn(PushGate gate, int bodyBytes) => (this.gate, this.bodyBytes) = (gate, bodyBytes);

        public void Dispose() => gate.Leave(bodyBytes);
    }
}
