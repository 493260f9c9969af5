using Goim.Logic.Access;
using Goim.Logic.Delivery;

namespace Goim.Logic.Push;

/// <summary>The answer to a push.</summary>
/// <param name="Data">UTF-8 JSON. Empty for goim's bare answer.</param>
/// <param name="Queued">Records for the Kafka output binding. Empty if they are delivered already, or nothing is sent.</param>
/// <param name="IsRepeat">Whether it is the answer of the first request with the same idempotency key, and nothing was sent now.</param>
public readonly record struct PushAnswer(ReadOnlyMemory<byte> Data, PushRecord[] Queued, bool IsRepeat = false)
{
    /// <summary>The line of the trail for a push to all.</summary>
    internal static AuditEvent AuditToAll(Outcome<PushAnswer> outcome) => new(
        AuditKind.PushAll,
        "all",
        1,
        !outcome.Is(out var answer, out var problem) ? AuditEvent.OutcomeOf(problem)
        : answer.IsRepeat ? "repeated"
        : answer.Queued.Length > 0 ? "queued"
        : AuditEvent.Done);
}
