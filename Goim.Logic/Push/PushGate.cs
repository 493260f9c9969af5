using Microsoft.Extensions.Options;

namespace Goim.Logic.Push;

/// <summary>Bounds the pushes that are under way at once, and the bytes of their bodies.</summary>
public sealed class PushGate(IOptions<PushOptions> options)
{
    /// <summary>Bytes of bodies; a single one may always come in.</summary>
    private const long MaxBytes = 128 * 1024 * 1024;

    private readonly Lock gate = new();
    private int count;
    private long bytes;

    /// <summary>A turn, to be given back when the push is answered; a problem if there is none left.</summary>
    /// <param name="bodyBytes">Of its body; the most that it may have where that is not known yet.</param>
    public Outcome<Turn> Enter(int bodyBytes)
    {
        lock (gate)
        {
            if (count == options.Value.MaxConcurrent)
            {
                return new Problem(
                    ProblemKind.TooMany, $"{count} pushes are under way: expected no more at once (Push__MaxConcurrent), nothing was sent, repeat the call.");
            }

            if (count > 0 && bytes + bodyBytes > MaxBytes)
            {
                return new Problem(ProblemKind.TooMany, $"pushes of {bytes} bytes are under way: expected {MaxBytes} at most at once, nothing was sent, repeat the call.");
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

    /// <summary>One push's turn.</summary>
    public sealed class Turn : IDisposable
    {
        private readonly PushGate gate;
        private readonly int bodyBytes;

        internal Turn(PushGate gate, int bodyBytes) => (this.gate, this.bodyBytes) = (gate, bodyBytes);

        public void Dispose() => gate.Leave(bodyBytes);
    }
}
