using System.Globalization;
using System.Security.Cryptography;
using Goim.Logic.Access;
using Goim.Logic.Delivery;
using Goim.Logic.Gate;
using Goim.Logic.Idempotency;
using Goim.Logic.Input;
using Goim.Logic.Telemetry;
using Microsoft.Extensions.Options;

namespace Goim.Logic.Push.Batch;

/// <summary>Many pushes in one request. Their users are looked up together, and each push is acknowledged by the broker.</summary>
public sealed class PushBatch(
    BatchPlanner planner,
    BatchDelivery delivery,
    IdempotencyKeys keys,
    IOptions<PushOptions> options,
    GoimMetrics metrics)
{
    /// <summary>Most pushes in one request.</summary>
    public const int MaxLines = 10_000;

    /// <summary>Most bytes of the body of a batch.</summary>
    public int MaxBodyBytes => options.Value.MaxRequestBytes;

    /// <summary>Reads the query and the header of a batch, which is always acknowledged by the broker.</summary>
    public static Outcome<AnswerOptions> Read(RawQuery query, IdempotencyKey? idempotencyKey)
    {
        if (!AnswerOptions.Read(query, idempotencyKey, PushAck.Broker).Is(out var answer, out var problem))
        {
            return problem;
        }

        // Those who leave out a connection, or set a time to live, must not find out from their clients that it is not read here.
        if ((query["except"] is not null ? "except" : query["ttl"] is not null ? "ttl" : null) is { } ofLine)
        {
            return new Problem(ProblemKind.BadInput, $"{ofLine} comes in the query of a batch: expected it in its lines.");
        }

        return answer.Ack == PushAck.Broker
            ? answer
            : new Problem(ProblemKind.BadInput, "ack is 'queue': expected broker, or nothing, for a batch.");
    }

    /// <summary>Carries out a batch.</summary>
    /// <param name="entry">The caller's request. A line that the caller may not send fails alone.</param>
    /// <param name="body">NDJSON, a push in each line.</param>
    /// <param name="answer">What the query and the header ask for. An idempotency key is for the whole batch.</param>
    /// <param name="call">The call at its gate. It takes a turn when the body is read.</param>
    /// <param name="cancellationToken">The caller left: no more is sent.</param>
    public async Task<Outcome<BatchAnswer>> PushAsync(
        Entry entry, Stream body, AnswerOptions answer, GatedCall call, CancellationToken cancellationToken)
    {
        using var hash = answer.IdempotencyKey is null ? null : IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var batch = new BatchBody(hash, options.Value.MaxUsers);
        if (await batch.ReadAsync(body, call, cancellationToken) is { } unread)
        {
            return unread;
        }

        if (call.Enter() is { } full)
        {
            return full;
        }

        if (answer.IdempotencyKey is not { } key)
        {
            return await PushAsync(entry, batch.Lines, answer, null, cancellationToken);
        }

        var fingerprint = string.Create(
            CultureInfo.InvariantCulture, $"batch {answer.Detail} {Convert.ToHexStringLower(hash!.GetHashAndReset())}");
        if (!(await keys.ClaimAsync(key, fingerprint)).Is(out var claim, out var problem))
        {
            return problem;
        }

        await using (claim)
        {
            return claim.First is { } first ? new BatchAnswer(first.Data, BatchTrail.OfRepeat(batch.Lines.Span))
                : await PushAsync(entry, batch.Lines, answer, claim, cancellationToken);
        }
    }

    private async Task<Outcome<BatchAnswer>> PushAsync(
        Entry entry,
        PooledList<Outcome<BatchLine>> lines,
        AnswerOptions answer,
        IdempotencyClaim? claim,
        CancellationToken cancellationToken)
    {
        if (entry.Caller is not null)
        {
            RefuseWhatIsNotAllowed(entry, lines.Span);
        }

        using var plan = await planner.PlanAsync(lines, answer.Detail, cancellationToken);
        if (answer.Dry)
        {
            return new BatchAnswer(
                BatchAnswers.Write(plan.Lines.Span, answer.Detail, null), BatchTrail.Of(lines.Span, plan.Lines.Span, null));
        }

        if (claim is not null && await claim.RenewAsync() is { } lost)
        {
            return lost;
        }

        var results = await delivery.SendAsync(plan, answer.IdempotencyKey?.Text, claim, cancellationToken);
        CountResults(results);
        var answers = BatchAnswers.Write(plan.Lines.Span, answer.Detail, results);
        if (IsFree(results))
        {
            claim?.NothingSent();
        }
        else if (claim is not null)
        {
            await claim.AnswerAsync(new FirstAnswer(null, answers));
        }

        return new BatchAnswer(answers, BatchTrail.Of(lines.Span, plan.Lines.Span, results));
    }

    private void CountResults(DeliveryResult?[] results)
    {
        var sent = 0;
        foreach (var result in results)
        {
            if (result is { } delivered)
            {
                sent++;
                metrics.PushDelivered(delivered.OutcomeName);
            }
        }

        metrics.Pushed(sent);
    }

    // If nothing is on the topic and a line was refused, the key is free for another attempt.
    private static bool IsFree(DeliveryResult?[] results) =>
        results.All(result => result is null or { Outcome: DeliveryOutcome.None } or { Records: 0 })
        && results.Any(result => result is not { Outcome: DeliveryOutcome.All });

    private static void RefuseWhatIsNotAllowed(Entry entry, Span<Outcome<BatchLine>> lines)
    {
        foreach (ref var line in lines)
        {
            if (line.Is(out var push, out _) && entry.Problem(push.Target, push.UserCount) is { } refused)
            {
                line = refused;
            }
        }
    }
}
