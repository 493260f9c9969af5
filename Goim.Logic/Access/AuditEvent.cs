namespace Goim.Logic.Access;

/// <summary>What a line of the trail tells of a request.</summary>
/// <param name="Kind">What has happened.</param>
/// <param name="Target">What is changed, or what the caller may not reach. Never a text of the caller's own.</param>
/// <param name="Count">Pushes, deletions or refusals.</param>
/// <param name="Outcome">What the answer says.</param>
internal readonly record struct AuditEvent(AuditKind Kind, string Target, int Count, string Outcome)
{
    /// <summary>The outcome of what was done.</summary>
    public const string Done = "done";

    /// <summary>The outcome of a problem: it is done in part perhaps, or not at all.</summary>
    public static string OutcomeOf(Problem problem) => $"{(problem.IsDoneInPart ? "uncertain" : "failed")} ({problem.Kind})";

    /// <summary>The event of a refusal. Null if the problem is another one.</summary>
    /// <param name="problem">The problem of a request, or of the first of several lines of a batch.</param>
    /// <param name="count">Number of lines.</param>
    public static AuditEvent? OfRefusal(Problem problem, int count = 1) =>
        KindOf(problem) is { } kind ? new AuditEvent(kind, problem.Target ?? "none", count, "refused") : null;

    /// <summary>The kind of a refusal. Null if the problem is another one.</summary>
    public static AuditKind? KindOf(Problem problem) => problem switch
    {
        { Kind: ProblemKind.Unauthorized } => AuditKind.RefusedKey,

        // A bearer token whose key the authority has not told yet.
        { Kind: ProblemKind.Unavailable, HasOwnStatus: true } => AuditKind.RefusedKey,
        { Kind: ProblemKind.Forbidden } => AuditKind.RefusedScope,
        { Kind: ProblemKind.TooMany, HasOwnStatus: true } => AuditKind.RefusedRate,
        _ => null,
    };
}
