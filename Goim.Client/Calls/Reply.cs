using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text.Json;

namespace Goim.Client.Calls;

/// <summary>What has come of an attempt.</summary>
internal enum Verdict
{
    /// <summary>It is done: <c>ret</c> is 1.</summary>
    Done,

    /// <summary>Nothing was done, and a repeat would not help.</summary>
    Refused,

    /// <summary>Nothing was done, and a repeat may help.</summary>
    NotDone,

    /// <summary>
    /// The app answered that it was done in part, or perhaps in part. It gives a repeat with the same idempotency key the same answer.
    /// </summary>
    InPart,

    /// <summary>
    /// Whether anything was done is not known: there is no answer, or none of the app, or the first request with the key is still running.
    /// </summary>
    Lost,
}

/// <summary>What has come of an attempt, and of the attempts before it.</summary>
/// <param name="Verdict">What has come of it.</param>
/// <param name="Error">Why it is not done. Empty if it is.</param>
internal sealed record Reply(Verdict Verdict, string Error)
{
    /// <summary>Null if there is no answer.</summary>
    public HttpStatusCode? Status { get; init; }

    /// <summary>The app's answer. Undefined if there is none, or if it is lines.</summary>
    public JsonElement Answer { get; init; }

    /// <summary>The body of the answer.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>How long to wait before a repeat, as the app says. Zero if it does not.</summary>
    public TimeSpan RetryAfter { get; init; }

    public Exception? Failure { get; init; }

    /// <summary>The key of the last attempt, which may be another than that of the first. Null for none.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>Number of attempts.</summary>
    public int Attempts { get; init; }

    /// <summary>
    /// Whether an attempt may have done a part or all. Beside an answer that is done: whether an earlier attempt may still do so.
    /// </summary>
    public bool IsUncertain { get; init; } = Verdict is Verdict.InPart or Verdict.Lost;

    /// <summary>Reads the member <c>data</c> of an answer that is done. False if it is not, or lacks what is read.</summary>
    /// <param name="read">Reads the data, which is undefined if there is none.</param>
    /// <param name="value">What it has read.</param>
    public bool TryRead<T>(Func<JsonElement, T> read, [NotNullWhen(true)] out T? value)
    {
        value = default;
        if (Verdict != Verdict.Done || Answer.ValueKind != JsonValueKind.Object)
        {
            return false;
        }

        try
        {
            value = read(Answer.TryGetProperty("data", out var data) ? data : default);
            return value is not null;
        }
        catch (Exception missing) when (missing is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return false;
        }
    }
}
