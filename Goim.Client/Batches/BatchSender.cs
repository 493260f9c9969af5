using System.Text.Json;
using Goim.Client.Answers;
using Goim.Client.Calls;

namespace Goim.Client.Batches;

/// <summary>
/// Sends a batch. Pushes of which nothing was sent are sent again for a while: with a new key, or with the same key and the whole batch if
/// an earlier attempt may still be carried out.
/// </summary>
internal sealed class BatchSender(AppCalls app, GoimClientOptions client)
{
    /// <summary>Sends a batch. Each push has its result then.</summary>
    public async Task SendAsync(List<PendingPush> batch, BatchOptions options, bool useKeys, CancellationToken cancellationToken)
    {
        var (time, backoff) = (new CallTime(client), new Backoff());
        var (pushes, key) = (batch, NewKey(useKeys));
        while (true)
        {
            var request = RequestOf(pushes, options, key, isKeyReplaceable: !time.IsUncertain);
            var reply = await app.SendAsync(request, time, cancellationToken).ConfigureAwait(false);
            var again = Read(reply, pushes);
            key = reply.IdempotencyKey;

            // An earlier attempt with a free key may still come to the app and be carried out.
            var mayStillCome = time.IsUncertain && IsKeyFree(pushes);
            if (again.Count == 0 || time.Elapsed > options.MaxRepeatTime
                || !await time.WaitAsync(backoff.Next(TimeSpan.Zero), cancellationToken).ConfigureAwait(false))
            {
                LeaveOpen(!mayStillCome ? [] : reply.Verdict == Verdict.Done ? again : pushes);
                return;
            }

            if (!mayStillCome)
            {
                (pushes, key) = (again, NewKey(useKeys));
                time.BeginAgain();
            }
        }
    }

    private static string? NewKey(bool useKeys) => useKeys ? PushRequest.NewKey() : null;

    // The app keeps the answer to a batch, unless nothing of it is on the topic.
    private static bool IsKeyFree(List<PendingPush> pushes) =>
        pushes.TrueForAll(static push => push.Result is { Outcome: PushOutcome.None or PushOutcome.Acknowledged, Acks.Count: 0 });

    private static void LeaveOpen(List<PendingPush> pushes)
    {
        foreach (var push in pushes)
        {
            push.Result = push.Result!.Outcome == PushOutcome.None ? push.Result with { Outcome = PushOutcome.Unknown } : push.Result;
        }
    }

    private static Request RequestOf(List<PendingPush> pushes, BatchOptions options, string? key, bool isKeyReplaceable)
    {
        var body = new byte[pushes.Sum(static push => push.Line.Length)];
        var at = 0;
        foreach (var push in pushes)
        {
            push.Line.CopyTo(body, at);
            at += push.Line.Length;
        }

        return new Request("PushBatch", HttpMethod.Post, options.Detail ? "1/push/batch?detail=1" : "1/push/batch")
        {
            // Without the end of the last line.
            Body = body.AsMemory(0, body.Length - 1),
            IdempotencyKey = key,
            IsKeyReplaceable = isKeyReplaceable && key is not null,
            IsRepeatable = key is not null,
        };
    }

    // Returns the pushes of which nothing was sent, and whose repeat may help.
    private static List<PendingPush> Read(Reply reply, List<PendingPush> pushes)
    {
        var lines = reply.Verdict == Verdict.Done ? Lines(reply.Body, pushes.Count) : null;
        var again = new List<PendingPush>();
        for (var i = 0; i < pushes.Count; i++)
        {
            pushes[i].Result = lines is null
                ? PushAnswer.Of(reply.Verdict == Verdict.Done ? Unreadable(reply) : reply, PushAck.Broker)
                : PushAnswer.Read(lines[i], PushAck.Broker);
            if (lines is not null && ReplyReader.OutcomeOf(lines[i]) == "none")
            {
                again.Add(pushes[i]);
            }
        }

        return again;
    }

    // Null if there is not an answer for each push.
    private static List<JsonElement>? Lines(ReadOnlyMemory<byte> body, int count)
    {
        var lines = new List<JsonElement>(count);
        try
        {
            while (!body.IsEmpty)
            {
                var end = body.Span.IndexOf((byte)'\n');
                var line = end < 0 ? body : body.Slice(0, end);
                using var document = JsonDocument.Parse(line);
                lines.Add(document.RootElement.Clone());
                body = end < 0 ? default : body.Slice(end + 1);
            }
        }
        catch (JsonException)
        {
            return null;
        }

        return lines.Count == count ? lines : null;
    }

    private static Reply Unreadable(Reply reply) =>
        new(Verdict.Lost, "The answer of the app is not readable: expected a line of JSON for each push.") { Status = reply.Status };
}
