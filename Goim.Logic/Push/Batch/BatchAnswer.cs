using Goim.Logic.Access;

namespace Goim.Logic.Push.Batch;

/// <summary>The answer to a batch.</summary>
public readonly record struct BatchAnswer
{
    internal BatchAnswer(ReadOnlyMemory<byte> lines, IReadOnlyList<AuditEvent> audited) => (Lines, Audited) = (lines, audited);

    /// <summary>NDJSON: an answer for each line, in order.</summary>
    public ReadOnlyMemory<byte> Lines { get; }

    /// <summary>The lines of the trail for the batch.</summary>
    internal IReadOnlyList<AuditEvent> Audited { get; }
}
