using Goim.Logic.Gate;
using Microsoft.Extensions.Options;

namespace Goim.Logic.Push;

/// <summary>
/// The gates of pushes and batches. Those with an idempotency key wait for the storage, and must not keep out those without one.
/// </summary>
public sealed class PushGates(IOptions<PushOptions> options)
{
    private const string Setting = "Push__MaxConcurrent";
    private const string NothingSent = "nothing was sent";

    /// <summary>Most bytes of bodies at each gate. A request has fewer (<see cref="PushOptions.MaxRequestBytes"/>).</summary>
    private const long MaxBytes = 128 * 1024 * 1024;

    private readonly CallGate withoutKey = new("pushes", options.Value.MaxConcurrent, Setting, MaxBytes, NothingSent);

    private readonly CallGate withKey = new(
        "pushes with Idempotency-Key", options.Value.MaxConcurrent, Setting, MaxBytes, NothingSent);

    /// <summary>Begins a push or a batch. Dispose it when it is answered.</summary>
    public GatedCall Begin(AnswerOptions answer) => (answer.IdempotencyKey is null ? withoutKey : withKey).Begin();
}
