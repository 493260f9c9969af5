using System.Diagnostics;
using System.Runtime.InteropServices;
using Goim.Logic.Telemetry;
using Microsoft.Extensions.Logging;

namespace Goim.Logic.Access;

/// <summary>
/// The trail: a log line for each change that matters, and for each refusal. At most 10 a second of one caller and kind; another line
/// tells how many there were beside these.
/// </summary>
public sealed class AuditTrail : IDisposable
{
    /// <summary>The category of the log.</summary>
    public const string Category = "Goim.Audit";

    /// <summary>Name of the caller of a request that is refused for its credential.</summary>
    public const string Unknown = "unknown";

    private const int MaxLines = 10;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly ILogger logger;
    private readonly GoimMetrics metrics;
    private readonly Lock gate = new();
    private readonly Dictionary<(string Caller, AuditKind Kind), int> ofThisSecond = [];
    private readonly ITimer timer;

    public AuditTrail(ILoggerFactory loggers, GoimMetrics metrics, TimeProvider time)
    {
        logger = loggers.CreateLogger(Category);
        this.metrics = metrics;

        // Shared work: must not inherit one caller's trace or log scope.
        using (ExecutionContext.SuppressFlow())
        {
            timer = time.CreateTimer(_ => EndSecond(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Counts what has happened. True if it gets a line, which <see cref="Write"/> then writes.</summary>
    /// <param name="audited">What has happened.</param>
    /// <param name="caller">
    /// Name of a caller, <c>function key {name}</c>, <c>anyone</c>, or <see cref="Unknown"/>. Never a text of the caller's own.
    /// </param>
    internal bool Takes(in AuditEvent audited, string caller)
    {
        if (ReasonOf(audited.Kind) is { } reason)
        {
            metrics.AccessRefused(reason, audited.Count);
        }

        return TakeLine(caller, audited.Kind);
    }

    /// <summary>Writes the line of what <see cref="Takes"/> has taken.</summary>
    /// <param name="audited">What has happened.</param>
    /// <param name="caller">Name of the caller.</param>
    /// <param name="url">URL of the request. Its path is a route's, so that it has no text of the caller's own.</param>
    /// <param name="traceParent">The request's <c>traceparent</c>, for a process without spans. Empty for none.</param>
    internal void Write(in AuditEvent audited, string caller, Uri url, string traceParent = "")
    {
        if (logger.IsEnabled(LogLevel.Information))
        {
            var (kind, target, count, outcome) = audited;
            var route = url.AbsolutePath.ToLowerInvariant();
            logger.Audited(kind, caller, route, target, count, outcome, TraceIdOf(traceParent));
        }
    }

    /// <summary>Writes what this second has left out.</summary>
    public void Dispose()
    {
        timer.Dispose();
        EndSecond();
    }

    // A second begins with the first line after the last one has ended. Without lines there is no timer.
    private bool TakeLine(string caller, AuditKind kind)
    {
        lock (gate)
        {
            if (ofThisSecond.Count == 0)
            {
                timer.Change(Second, Timeout.InfiniteTimeSpan);
            }

            return ++CollectionsMarshal.GetValueRefOrAddDefault(ofThisSecond, (caller, kind), out _) <= MaxLines;
        }
    }

    private void EndSecond()
    {
        (string Caller, AuditKind Kind, int Count)[] leftOut;
        lock (gate)
        {
            leftOut =
            [
                .. ofThisSecond.Where(static each => each.Value > MaxLines)
                    .Select(static each => (each.Key.Caller, each.Key.Kind, each.Value - MaxLines)),
            ];
            ofThisSecond.Clear();
        }

        foreach (var (caller, kind, count) in leftOut)
        {
            logger.LeftOut(kind, caller, count);
        }
    }

    private static string TraceIdOf(string traceParent) =>
        Activity.Current is { } span ? span.TraceId.ToHexString()
        : ActivityContext.TryParse(traceParent, null, out var context) ? context.TraceId.ToHexString()
        : "none";

    private static string? ReasonOf(AuditKind kind) => kind switch
    {
        AuditKind.RefusedKey => "key",
        AuditKind.RefusedScope => "scope",
        AuditKind.RefusedRate => "rate",
        _ => null,
    };
}
