using System.Globalization;
using Goim.Benchmarks.Targets;

namespace Goim.Benchmarks.Diff;

/// <summary>Which records of a topic are read, and which of them are at the edges: those are compared only as counterparts.</summary>
/// <remarks>A push comes to two topics at two times, so that a window may cut off one of its records.</remarks>
internal sealed record ReadWindow
{
    public const string Beginning = "beginning", End = "end";

    /// <summary>Reading starts at the end of the topic.</summary>
    public bool FromEnd { get; private init; }

    /// <summary>Timestamp in Unix ms from which records are read; null for all.</summary>
    public long? FromMs { get; private init; }

    /// <summary>Timestamp in Unix ms from which records are left out; null for none.</summary>
    public long? UntilMs { get; private init; }

    /// <summary>How long to wait for records. Null to read up to the end that a topic has at the start.</summary>
    public TimeSpan? Duration { get; private init; }

    /// <summary>Length of an edge.</summary>
    public TimeSpan Edge { get; private init; }

    /// <summary>Whether reading starts at the oldest record that each topic still has.</summary>
    public bool FromBeginning => !FromEnd && FromMs is null;

    /// <summary>Whether records are chosen by their timestamps.</summary>
    public bool UsesTimestamps => FromMs is not null || UntilMs is not null;

    /// <summary>Whether there are records at an edge.</summary>
    public bool HasEdges => Edge > TimeSpan.Zero && (UsesTimestamps || Duration is not null);

    /// <exception cref="TargetFailure">The options do not fit together.</exception>
    public static ReadWindow Parse(string from, string? until, double? seconds, double edge)
    {
        var fromMs = from is Beginning or End ? null : Time("--from", from, "beginning, end, or a time");
        var untilMs = until is null ? null : Time("--until", until, "a time");
        if (from == End && seconds is null)
        {
            throw new TargetFailure("--seconds is missing with --from end: expected how long to read.");
        }

        if (untilMs is not null && (from == End || seconds is not null))
        {
            throw new TargetFailure("--until is set with --seconds or --from end: expected --until, or how long to read from now on.");
        }

        var length = seconds ?? (untilMs - fromMs) / 1_000.0;
        if (length <= 2 * edge)
        {
            throw new TargetFailure(string.Create(
                CultureInfo.InvariantCulture,
                $"The time to compare is {length} s: expected more than both edges, 2 times {edge} s (--edge)."));
        }

        return new ReadWindow
        {
            FromEnd = from == End,
            FromMs = fromMs,
            UntilMs = untilMs,
            Duration = seconds is { } given ? TimeSpan.FromSeconds(given) : null,
            Edge = TimeSpan.FromSeconds(edge),
        };
    }

    /// <summary>Whether a record with this timestamp is read.</summary>
    public bool Has(long timestampMs) => !(timestampMs < FromMs) && !(timestampMs >= UntilMs);

    /// <summary>Whether a record is at the edge of a start or an end that is a time.</summary>
    public bool IsEdge(long timestampMs) =>
        timestampMs < FromMs + Edge.TotalMilliseconds || timestampMs >= UntilMs - Edge.TotalMilliseconds;

    private static long? Time(string option, string text, string expected) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time.ToUnixTimeMilliseconds()
            : throw new TargetFailure($"{option} is '{text}': expected {expected} such as 2026-11-27T14:00:00Z.");
}
