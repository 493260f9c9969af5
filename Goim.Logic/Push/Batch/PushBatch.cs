using System.Globalization;
using System.Text;
using Goim.Logic.Delivery;
using Goim.Logic.Idempotency;
using Goim.Logic.Input;
using Goim.Logic.Monitor;
using Goim.Logic.Routing;
using Microsoft.Extensions.Options;

namespace Goim.Logic.Push.Batch;

/// <summary>Many pushes in one request: looked up together, acknowledged by the broker, answered a line each.</summary>
public sealed class PushBatch(PushPlans plans, SessionLookup lookup, BatchDelivery delivery, IdempotencyKeys keys, IOptions<PushOptions> options, Figures figures)
{
    /// <summary>Pushes in one request.</summary>
    public const int MaxLines = 10_000;

    /// <summary>The largest body of a batch, in bytes.</summary>
    public int MaxBodyBytes => options.Value.MaxRequestBytes;

    /// <summary>What the query and the header ask for; a batch is always acknowledged by the broker.</summary>
    public static Outcome<PushTerms> Terms(RawQuery query, string? idempotencyKey)
    {
        if (!PushTerms.Read(query, idempotencyKey, PushAck.Broker).Is(out var terms, out var problem))
        {
            return problem;
        }

        return terms.Ack == PushAck.Broker ? terms : new Problem(ProblemKind.BadInput, "ack is 'queue': expected broker, or nothing, for a batch.");
    }

    /// <summary>Carries out a batch and gives its answers, NDJSON: one a line, in order.</summary>
    /// <param name="body">NDJSON, one push a line.</param>
    /// <param name="terms">What is asked beyond; an idempotency key is for the whole batch.</param>
    /// <param name="cancellationToken">The caller left: no more is sent.</param>
    public async Task<Outcome<ReadOnlyMemory<byte>>> PushAsync(Stream body, PushTerms terms, CancellationToken cancellationToken)
    {
        if (!(await BatchBody.ReadAsync(body, options.Value, cancellationToken)).Is(out var batch, out var problem))
        {
            return problem;
        }

        if (terms.IdempotencyKey is not { } key || terms.Dry)
        {
            return await PushAsync(batch, terms, null, cancellationToken);
        }

        var fingerprint = string.Create(CultureInfo.InvariantCulture, $"batch {terms.Detail} {Convert.ToHexStringLower(batch.Hash)}");
        if (!(await keys.ClaimAsync(key, fingerprint)).Is(out var claim, out problem))
        {
            return problem;
        }

        await using (claim)
        {
            return claim.First is { } first ? first.Data : await PushAsync(batch, terms, claim, cancellationToken);
        }
    }

    private async Task<Outcome<ReadOnlyMemory<byte>>> PushAsync(BatchBody batch, PushTerms terms, IdempotencyClaim? claim, CancellationToken cancellationToken)
    {
        var planned = await PlanAsync(batch.Lines, terms.Detail, cancellationToken);
        if (terms.Dry)
        {
            return BatchAnswers.Write(planned, terms.Detail, null);
        }

        if (claim is not null && await claim.HoldAsync() is { } lost)
        {
            return lost;
        }

        var results = await delivery.SendAsync(planned, terms.IdempotencyKey, claim, cancellationToken);
        figures.Pushed(results.Count(result => result is not null));
        var answers = BatchAnswers.Write(planned, terms.Detail, results);

        if (IsForNothing(results))
        {
            claim?.NothingSent();
        }
        else if (claim is not null)
        {
            await claim.AnswerAsync(new FirstAnswer(null, answers));
        }

        return answers;
    }

    // Where a line was refused and nothing is on the topic, the key is free again for another try.
    private static bool IsForNothing(DeliveryResult?[] results) =>
        results.All(result => result is null or { Outcome: DeliveryOutcome.None } or { Records: 0 }) && results.Any(result => result is not { Outcome: DeliveryOutcome.All });

    private async Task<Outcome<PushPlan>[]> PlanAsync(IReadOnlyList<Outcome<BatchLine>> lines, bool detail, CancellationToken cancellationToken)
    {
        using var userIds = UsersOf(lines);
        using var found = await lookup.FindAsync(userIds.Memory, cancellationToken);
        var sessions = found.ByUser();
        var reaches = detail ? plans.NewReaches() : null;
        var planned = new Outcome<PushPlan>[lines.Count];
        for (var i = 0; i < planned.Length; i++)
        {
            var plan = !lines[i].Is(out var push, out var problem) ? problem
                : push.Target.Kind is PushKind.Room or PushKind.All ? await plans.PlanOneAsync(push.Target, push.Message, reaches, cancellationToken)
                : Plan(push, found, sessions);
            planned[i] = plan;
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

    private Outcome<PushPlan> Plan(BatchLine push, SessionsFound found, Dictionary<long, UserSessions> sessions)
    {
        if (found.Failures.Length > 0)
        {
            var failures = push.UserIds.ToArray().SelectMany(found.FailuresOf).ToArray();
            if (failures.Length > 0)
            {
                return NodeFailure.Problem(failures, PushPlans.NothingSent);
            }
        }

        return plans.Plan(push.UserIds.Span, sessions, push.Message);
    }
}
