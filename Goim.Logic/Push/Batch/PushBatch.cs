using System.Globalization;
using Goim.Logic.Access;
using Goim.Logic.Delivery;
using Goim.Logic.Gate;
using Goim.Logic.Idempotency;
using Goim.Logic.Input;
using Goim.Logic.Routing;
using Goim.Logic.Sessions;
using Goim.Logic.Telemetry;
using Microsoft.Extensions.Options;

namespace Goim.Logic.Push.Batch;

/// <summary>Many pushes in one request. Their users are looked up together, and each push is acknowledged by the broker.</summary>
public sealed class PushBatch(
    PushPlanner planner,
    RouterClient router,
    SessionCounts counts,
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
        if (!(await BatchBody.ReadAsync(body, options.Value, call, cancellationToken)).Is(out var batch, out var problem))
        {
            return problem;
        }

        if (call.Enter() is { } full)
        {
            return full;
        }

        if (answer.IdempotencyKey is not { } key)
        {
            return await PushAsync(entry, batch, answer, null, cancellationToken);
        }

        var fingerprint = string.Create(CultureInfo.InvariantCulture, $"batch {answer.Detail} {Convert.ToHexStringLower(batch.Hash)}");
        if (!(await keys.ClaimAsync(key, fingerprint)).Is(out var claim, out problem))
        {
            return problem;
        }

        await using (claim)
        {
            return claim.First is { } first ? new BatchAnswer(first.Data, BatchTrail.OfRepeat(batch.Lines))
                : await PushAsync(entry, batch, answer, claim, cancellationToken);
        }
    }

    private async Task<Outcome<BatchAnswer>> PushAsync(
        Entry entry, BatchBody batch, AnswerOptions answer, IdempotencyClaim? claim, CancellationToken cancellationToken)
    {
        var lines = entry.Caller is null ? batch.Lines : [.. batch.Lines.Select(line => Allowed(entry, line))];
        var planned = await PlanAsync(lines, answer.Detail, cancellationToken);
        if (answer.Dry)
        {
            return new BatchAnswer(BatchAnswers.Write(planned, answer.Detail, null), BatchTrail.Of(lines, planned, null));
        }

        if (claim is not null && await claim.RenewAsync() is { } lost)
        {
            return lost;
        }

        var results = await delivery.SendAsync(planned, answer.IdempotencyKey?.Text, claim, cancellationToken);
        metrics.Pushed(results.Count(result => result is not null));
        foreach (var result in results)
        {
            if (result is { } sent)
            {
                metrics.PushDelivered(sent.OutcomeName);
            }
        }

        var answers = BatchAnswers.Write(planned, answer.Detail, results);
        if (IsFree(results))
        {
            claim?.NothingSent();
        }
        else if (claim is not null)
        {
            await claim.AnswerAsync(new FirstAnswer(null, answers));
        }

        return new BatchAnswer(answers, BatchTrail.Of(lines, planned, results));
    }

    // If nothing is on the topic and a line was refused, the key is free for another attempt.
    private static bool IsFree(DeliveryResult?[] results) =>
        results.All(result => result is null or { Outcome: DeliveryOutcome.None } or { Records: 0 })
        && results.Any(result => result is not { Outcome: DeliveryOutcome.All });

    private static Outcome<BatchLine> Allowed(Entry entry, Outcome<BatchLine> line) =>
        line.Is(out var push, out _) && entry.Problem(push.Target, push.UserIds.Length) is { } refused ? refused : line;

    private async Task<Outcome<PushPlan>[]> PlanAsync(
        IReadOnlyList<Outcome<BatchLine>> lines, bool detail, CancellationToken cancellationToken)
    {
        using var userIds = UsersOf(lines);
        using var found = await router.FindAsync(userIds.Memory, long.MaxValue, cancellationToken);
        var sessions = found.ByUser(cancellationToken);
        var recipients = detail ? new RecipientCounts(counts) : null;
        var planned = new Outcome<PushPlan>[lines.Count];
        for (var i = 0; i < planned.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            planned[i] = !lines[i].Is(out var push, out var problem) ? problem
                : push.Target.Kind is PushKind.Room or PushKind.All
                    ? await planner.PlanBroadcastAsync(push.Target, push.Message, recipients, cancellationToken)
                : found.ProblemOf(push.UserIds.Span, PushPlanner.NothingSent) is { } failed ? failed
                : planner.Plan(push.Target, push.UserIds.Span, sessions, push.Message, cancellationToken);
        }

        return planned;
    }

    private static UserIds UsersOf(IReadOnlyList<Outcome<BatchLine>> lines)
    {
        var userIds = new UserIds();
        foreach (var line in lines)
        {
            if (line.Is(out var push, out _))
            {
                foreach (var userId in push.UserIds.Span)
                {
                    userIds.Add(userId);
                }
            }
        }

        userIds.MakeDistinct();
        return userIds;
    }
}
