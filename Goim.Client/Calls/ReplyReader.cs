using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Goim.Client.Calls;

/// <summary>Reads what an answer says about the request.</summary>
/// <remarks>
/// The app sets <c>Retry-After</c> only where nothing was done and a repeat may succeed. <c>data.outcome</c> says what is on the topic.
/// </remarks>
internal static class ReplyReader
{
    private const HttpStatusCode TooManyRequests = (HttpStatusCode)429;
    private const int Done = 1;

    public static Reply Read(HttpResponseMessage response, byte[] body)
    {
        var status = response.StatusCode;
        var retryAfter = RetryAfterOf(response.Headers);
        if (status == HttpStatusCode.OK && response.Content.Headers.ContentType?.MediaType == "application/x-ndjson")
        {
            return new Reply(Verdict.Done, "") { Status = status, Body = body };
        }

        return TryParse(body, out var answer, out var error)
            ? new Reply(error is null ? Verdict.Done : OfApp(status, answer, retryAfter), error ?? "")
            {
                Status = status,
                Answer = answer,
                Body = body,
                RetryAfter = retryAfter ?? TimeSpan.Zero,
            }
            : new Reply(OfOther(status, retryAfter), $"The answer {(int)status} is not the app's: expected JSON with ret.")
            {
                Status = status,
                Body = body,
                RetryAfter = retryAfter ?? TimeSpan.Zero,
            };
    }

    /// <summary>The outcome of a push that is not done. Null if the answer does not name one.</summary>
    public static string? OutcomeOf(JsonElement answer) =>
        answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Object
        && data.TryGetProperty("outcome", out var outcome) && outcome.ValueKind == JsonValueKind.String
            ? outcome.GetString()
            : null;

    // The error of an answer that is not done. False for all that is not the app's.
    private static bool TryParse(byte[] body, out JsonElement answer, out string? error)
    {
        error = null;
        try
        {
            using var document = JsonDocument.Parse(body);
            answer = document.RootElement.Clone();
            if (answer.ValueKind != JsonValueKind.Object || !answer.TryGetProperty("ret", out var ret)
                || ret.ValueKind != JsonValueKind.Number)
            {
                return false;
            }

            var isDone = ret.TryGetInt32(out var value) && value == Done;
            error = isDone ? null : answer.TryGetProperty("error", out var text) ? text.GetString() : null;
            return isDone || error is not null;
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            answer = default;
            return false;
        }
    }

    private static Verdict OfApp(HttpStatusCode status, JsonElement answer, TimeSpan? retryAfter) => OutcomeOf(answer) switch
    {
        "none" => status == HttpStatusCode.ServiceUnavailable ? Verdict.NotDone : Verdict.Refused,
        "some" or "unknown" => Verdict.InPart,
        _ when status == HttpStatusCode.Conflict => Verdict.Lost,
        _ when retryAfter is not null && IsBusy(status) => Verdict.NotDone,
        _ => status == HttpStatusCode.ServiceUnavailable ? Verdict.InPart : Verdict.Refused,
    };

    // The host, or what is between. A 429 and a 503 with Retry-After come from one that has not passed the request on.
    private static Verdict OfOther(HttpStatusCode status, TimeSpan? retryAfter) =>
        status == TooManyRequests || (retryAfter is not null && IsBusy(status)) ? Verdict.NotDone
        : (int)status is >= 300 and < 500 && status != HttpStatusCode.RequestTimeout ? Verdict.Refused
        : Verdict.Lost;

    private static bool IsBusy(HttpStatusCode status) => status is TooManyRequests or HttpStatusCode.ServiceUnavailable;

    // A date is compared with the date of the same answer, so that this machine's clock does not count.
    private static TimeSpan? RetryAfterOf(HttpResponseHeaders headers) => headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => headers.Date is { } now && date > now ? date - now : TimeSpan.Zero,
        _ => null,
    };
}
