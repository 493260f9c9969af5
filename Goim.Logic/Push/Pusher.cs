using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Goim.Logic.Delivery;
using Goim.Logic.Idempotency;
using Goim.Logic.Input;
using Goim.Logic.Monitor;
using Goim.Logic.Telemetry;
using Microsoft.Extensions.Options;

namespace Goim.Logic.Push;

/// <summary>Carries out a push: plans it, delivers it or gives its records to the output binding, and answers a repeat with the first answer.</summary>
public sealed class Pusher(
    PushGate gate, PushPlans plans, RecordProducer producer, IdempotencyKeys keys, IOptions<KafkaOptions> kafka, IOptions<PushOptions> options, Figures figures)
{
    /// <summary>A turn among the pushes under way, to be given back when the push is answered.</summary>
    public Outcome<PushGate.Turn> Enter(int bodyBytes) => gate.Enter(bodyBytes);

    /// <summary>The largest body that a push may have, in bytes.</summary>
    public int MaxBodyBytes(PushKind kind) => plans.MaxBodyBytes(kind);

    /// <summary>What the query and the header ask for.</summary>
    public Outcome<PushTerms> Terms(RawQuery query, string? idempotencyKey)
    {
        if (!PushTerms.Read(query, idempotencyKey, options.Value.Ack).Is(out var terms, out var problem))
        {
            return problem;
        }

        return terms is { Ack: PushAck.Queue, Dry: false } && kafka.Value.Authentication == KafkaAuthentication.OAuthBearer
            ? new Problem(ProblemKind.BadInput, "ack is 'queue': expected broker, since the output binding has no token for Kafka (KafkaAuthentication OAuthBearer).")
            : terms;
    }

    /// <summary>Carries out one push.</summary>
    /// <param name="target">Whom it is for.</param>
    /// <param name="terms">What is asked beyond.</param>
    /// <param name="body">Of the request, all of it.</param>
    /// <param name="cancellationToken">The caller left: nothing is sent, or all of it.</param>
    public async ValueTask<Outcome<PushAnswer>> PushAsync(PushTarget target, PushTerms terms, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        using var span = StartSpan();
        if (terms.IdempotencyKey is not { } key || terms.Dry)
        {
            return await PushAsync(target, terms, body, null, span, cancellationToken);
        }

        if (!(await keys.ClaimAsync(key, Fingerprint(target, terms, body))).Is(out var claim, out var problem))
        {
            return problem;
        }

        await using (claim)
        {
            if (claim.First is not { } first)
            {
                return await PushAsync(target, terms, body, claim, span, cancellationToken);
            }

            return first.Problem is null ? new PushAnswer(first.Data, []) : first.Problem with { Data = first.Data };
        }
    }

    private async ValueTask<Outcome<PushAnswer>> PushAsync(
        PushTarget target, PushTerms terms, ReadOnlyMemory<byte> body, IdempotencyClaim? claim, Activity? span, CancellationToken cancellationToken)
    {
        if (!(await plans.PlanAsync(target, body, terms.Detail, cancellationToken)).Is(out var plan, out var problem))
        {
            return problem;
        }

        if (terms.Dry)
        {
            return new PushAnswer(PushData.Write(plan, terms.Detail, null), []);
        }

        if (terms.Ack == PushAck.Broker && producer.NeverFits(plan.Records.Length) is { } tooMany)
        {
            return tooMany;
        }

        if (claim is not null && await claim.HoldAsync() is { } lost)
        {
            return lost;
        }

        figures.Pushed();
        span?.SetTag("messaging.batch.message_count", plan.Records.Length);
        return terms.Ack == PushAck.Broker ? await DeliverAsync(plan, terms, claim) : await QueueAsync(plan, terms, claim);
    }

    private async Task<Outcome<PushAnswer>> DeliverAsync(PushPlan plan, PushTerms terms, IdempotencyClaim? claim)
    {
        var result = await producer.SendAsync(plan.Records, terms.IdempotencyKey);
        var (data, problem) = (PushData.Write(plan, terms.Detail, result), result.Problem());

        // Where nothing is on the topic, the key is free again for another try.
        if (result.Outcome == DeliveryOutcome.None)
        {
            claim?.NothingSent();
        }
        else if (claim is not null)
        {
            await claim.AnswerAsync(new FirstAnswer(problem, data));
        }

        return problem is null ? new PushAnswer(data, []) : problem with { Data = data };
    }

    private async ValueTask<Outcome<PushAnswer>> QueueAsync(PushPlan plan, PushTerms terms, IdempotencyClaim? claim)
    {
        figures.Queued(plan.Records.Length);
        var answer = new PushAnswer(PushData.Write(plan, terms.Detail, null), plan.Records);
        if (claim is not null)
        {
            await claim.AnswerAsync(new FirstAnswer(null, answer.Data));
        }

        return answer;
    }

    private static string Fingerprint(PushTarget target, PushTerms terms, ReadOnlyMemory<byte> body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $"{target.Kind} {target.UserId} {target.RoomId} {target.Ensure} {terms.Ack} {terms.Detail}\n")));
        hash.AppendData(body.Span);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    // OpenTelemetry's conventions for messaging.
    private Activity? StartSpan() => GoimTelemetry.Source.HasListeners()
        ? GoimTelemetry.Source.StartActivity("send " + kafka.Value.Topic, ActivityKind.Producer)?
            .SetTag("messaging.system", "kafka").SetTag("messaging.operation.type", "send").SetTag("messaging.destination.name", kafka.Value.Topic)
        : null;
}
