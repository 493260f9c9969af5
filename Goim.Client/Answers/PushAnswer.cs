using System.Text.Json;
using Goim.Client.Calls;

namespace Goim.Client.Answers;

/// <summary>Reads the result of a push.</summary>
internal static class PushAnswer
{
    /// <param name="reply">The app's reply.</param>
    /// <param name="ack">What <c>ret</c> 1 means.</param>
    public static PushResult Of(Reply reply, PushAck ack)
    {
        var read = Read(reply.Answer, ack);
        return reply.Verdict == Verdict.Done ? read : read with
        {
            Outcome = read.Outcome == PushOutcome.Some ? PushOutcome.Some : reply.IsUncertain ? PushOutcome.Unknown : PushOutcome.None,
            Error = reply.Error,
        };
    }

    /// <summary>The result of an answer, which in a batch is a line.</summary>
    /// <param name="answer">The answer. Undefined if there is none.</param>
    /// <param name="ack">What <c>ret</c> 1 means.</param>
    public static PushResult Read(JsonElement answer, PushAck ack)
    {
        try
        {
            return ReadOf(answer, ack);
        }
        catch (Exception broken) when (broken is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return new PushResult { Outcome = PushOutcome.Unknown, Error = "The answer of the app is not readable." };
        }
    }

    /// <summary>Whom a push reaches. Null if the data does not say.</summary>
    public static Recipients? Recipients(JsonElement data) =>
        data.ValueKind != JsonValueKind.Object || !data.TryGetProperty("records", out var records) ? null : new Recipients
        {
            Records = records.GetInt64(),
            Sessions = Count(data, "sessions"),
            Servers = Count(data, "servers"),
            OfflineUsers = data.TryGetProperty("offline", out var users)
                ? [.. users.EnumerateArray().Select(static user => user.GetInt64())]
                : [],
            OfflineKeys = data.TryGetProperty("offlineKeys", out var keys)
                ? [.. keys.EnumerateArray().Select(static key => key.GetString()!)]
                : [],
        };

    private static PushResult ReadOf(JsonElement answer, PushAck ack)
    {
        var error = answer.TryGetProperty("error", out var text) ? text.GetString() : null;
        var outcome = error is null
            ? ack == PushAck.Broker ? PushOutcome.Acknowledged : PushOutcome.Queued
            : ReplyReader.OutcomeOf(answer) switch
            {
                "some" => PushOutcome.Some,
                "unknown" => PushOutcome.Unknown,
                _ => PushOutcome.None,
            };
        return answer.TryGetProperty("data", out var data)
            ? new PushResult { Outcome = outcome, Error = error, Acks = Acks(data), Recipients = Recipients(data) }
            : new PushResult { Outcome = outcome, Error = error };
    }

    private static RecordAck[] Acks(JsonElement data) =>
        !data.TryGetProperty("acks", out var acks)
            ? []
            : [.. acks.EnumerateArray().Select(static ack => new RecordAck(ack.GetProperty("partition").GetInt32(), Count(ack, "offset")))];

    private static long? Count(JsonElement data, string name) =>
        data.TryGetProperty(name, out var count) && count.ValueKind == JsonValueKind.Number ? count.GetInt64() : null;
}
