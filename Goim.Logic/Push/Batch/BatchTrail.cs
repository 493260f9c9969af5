using Goim.Logic.Access;
using Goim.Logic.Delivery;

namespace Goim.Logic.Push.Batch;

/// <summary>The lines of the trail for a batch: one for its pushes to all, and one for each kind of refusal.</summary>
internal static class BatchTrail
{
    /// <summary>The lines of the trail for a batch that was carried out.</summary>
    /// <param name="lines">Each line, or its problem.</param>
    /// <param name="planned">Each line's push, or its problem.</param>
    /// <param name="results">What the broker said about each push. Null for a dry run, which changes nothing.</param>
    public static IReadOnlyList<AuditEvent> Of(
        ReadOnlySpan<Outcome<BatchLine>> lines, ReadOnlySpan<Outcome<PlannedLine>> planned, DeliveryResult?[]? results)
    {
        var audited = new List<AuditEvent>();
        if (results is not null)
        {
            AddToAll(audited, lines, planned, results);
        }

        AddRefusals(audited, lines, AuditKind.RefusedScope);
        AddRefusals(audited, lines, AuditKind.RefusedRate);
        return audited;
    }

    /// <summary>The line of the trail for a batch that gets the answer of the first one with its idempotency key.</summary>
    public static IReadOnlyList<AuditEvent> OfRepeat(ReadOnlySpan<Outcome<BatchLine>> lines)
    {
        var count = 0;
        foreach (ref readonly var line in lines)
        {
            count += IsToAll(line) ? 1 : 0;
        }

        return count > 0 ? [new AuditEvent(AuditKind.PushAll, "all", count, "repeated")] : [];
    }

    private static void AddToAll(
        List<AuditEvent> audited,
        ReadOnlySpan<Outcome<BatchLine>> lines,
        ReadOnlySpan<Outcome<PlannedLine>> planned,
        DeliveryResult?[] results)
    {
        var (count, done) = (0, 0);
        Problem? first = null;
        for (var i = 0; i < lines.Length; i++)
        {
            if (IsToAll(lines[i]))
            {
                count++;
                var failed = planned[i].Is(out _, out var problem) ? results[i]?.Problem() : problem;
                done += failed is null ? 1 : 0;
                first ??= failed;
            }
        }

        if (count > 0)
        {
            audited.Add(new AuditEvent(
                AuditKind.PushAll,
                "all",
                count,
                first is null ? AuditEvent.Done : $"{AuditEvent.OutcomeOf(first)}, {done} of {count} done"));
        }
    }

    private static void AddRefusals(List<AuditEvent> audited, ReadOnlySpan<Outcome<BatchLine>> lines, AuditKind kind)
    {
        var count = 0;
        Problem? first = null;
        foreach (ref readonly var line in lines)
        {
            if (!line.Is(out _, out var problem) && AuditEvent.KindOf(problem) == kind)
            {
                count++;
                first ??= problem;
            }
        }

        if (first is not null && AuditEvent.OfRefusal(first, count) is { } refusal)
        {
            audited.Add(refusal);
        }
    }

    private static bool IsToAll(in Outcome<BatchLine> line) => line.Is(out var push, out _) && push.Target.Kind == PushKind.All;
}
