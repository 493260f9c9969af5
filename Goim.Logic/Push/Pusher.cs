using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Goim.Kafka;
using Goim.Logic.Access;
using Goim.Logic.Delivery;
using Goim.Logic.Idempotency;
using Goim.Logic.Input;
using Goim.Logic.Telemetry;
using Microsoft.Extensions.Options;

namespace Goim.Logic.Push;

/// <summary>
/// Carries out a push: plans it, then delivers its records or gives them to the output binding. A repeat with the same idempotency key
/// gets the first answer.
/// </summary>
public sealed class Pusher(
    PushPlanner planner,
    RecordProducer producer,
    IdempotencyKeys keys,
    IOptions<KafkaOptions> kafka,
    IOptions<PushOptions> options,
    GoimMetrics metrics)
{
    /// <summary>An answer that names more records takes longer to write than a push to continue.</summary>
    private const int LongAnswerRecords = 100;

    /// <summary>Most bytes of the body of a push.</summary>
    public int MaxBodyBytes(PushKind kind) => planner.MaxBodyBytes(kind);

    /// <summary>What fits into the largest body, for the end of its refusal.</summary>
    public string RoomInBody(PushKind kind) => planner.RoomInBody(kind);

    /// <summary>Reads the query and the header of a push. A problem too if the caller may not make it.</summary>
    public Outcome<PushRequest> Read(Entry entry, PushKind kind, RawQuery query, IdempotencyKey? idempotencyKey)
    {
        if (!PushRequest.Read(entry, kind, query, idempotencyKey, options.Value.Ack).Is(out var push, out var problem))
        {
            return problem;
        }

        // Many users or rooms are known when the body is read.
        if (kind is not (PushKind.Users or PushKind.Rooms) && entry.Problem(push.Target, users: 1) is { } refused)
        {
            return refused;
        }

        return push.Options is { Ack: PushAck.Queue, Dry: false } && kafka.Value.UsesToken
            ? new Problem(
                ProblemKind.BadInput,
                "ack is 'queue': expected broker, since the output binding has no token for Kafka (KafkaAuthentication OAuthBearer).")
            : push;
    }

    /// <summary>Carries out one push.</summary>
    /// <param name="push">What the query and the header ask for.</param>
    /// <param name="body">The whole body.</param>
    /// <param name="cancellationToken">The caller left: nothing is sent, or everything.</param>
    // A push without a key and without a span needs no state machine of its own.
    public ValueTask<Outcome<PushAnswer>> PushAsync(
        in PushRequest push, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
        push.Options.IdempotencyKey is null && !GoimTelemetry.Source.HasListeners()
            ? PushAsync(push, body, null, null, cancellationToken)
            : PushInSpanAsync(push, body, cancellationToken);

    private async ValueTask<Outcome<PushAnswer>> PushInSpanAsync(
        PushRequest push, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        using var span = StartSpan();
        if (push.Options.IdempotencyKey is not { } key)
        {
            return await PushAsync(push, body, null, span, cancellationToken);
        }

        if (!(await keys.ClaimAsync(key, Fingerprint(push, body))).Is(out var claim, out var problem))
        {
            return problem;
        }

        await using (claim)
        {
            if (claim.First is not { } first)
            {
                return await PushAsync(push, body, claim, span, cancellationToken);
            }

            return first.Problem is null ? new PushAnswer(first.Data, [], IsRepeat: true) : first.Problem with { Data = first.Data };
        }
    }

    private async ValueTask<Outcome<PushAnswer>> PushAsync(
        PushRequest push, ReadOnlyMemory<byte> body, IdempotencyClaim? claim, Activity? span, CancellationToken cancellationToken)
    {
        if (!(await planner.PlanAsync(push, body, cancellationToken)).Is(out var plan, out var problem))
        {
            return problem;
        }

        // Not before the call, where it would make the state machine larger.
        var answer = push.Options;
        if (answer.Dry)
        {
            return new PushAnswer(PushData.Write(plan, answer.Detail, null), []);
        }

        if (answer.Ack == PushAck.Broker && producer.NeverFits(plan.Records.Length) is { } tooMany)
        {
            return tooMany;
        }

        if (claim is not null && await claim.RenewAsync() is { } lost)
        {
            return lost;
        }

        metrics.Pushed();
        span?.SetTag("messaging.batch.message_count", plan.Records.Length);
        return answer.Ack == PushAck.Broker ? await DeliverAsync(plan, answer, claim) : await QueueAsync(plan, answer, claim);
    }

    private async Task<Outcome<PushAnswer>> DeliverAsync(PushPlan plan, AnswerOptions answer, IdempotencyClaim? claim)
    {
        var delivery = producer.Send(plan.Records, answer.IdempotencyKey?.Text);
        await delivery.WaitAsync(producer.BeginWait());
        if (answer.Detail || plan.Records.Length > LongAnswerRecords)
        {
            // Other pushes are continued on the same thread, and need not wait for a long answer.
            await Task.Yield();
        }

        var result = producer.End(delivery);
        metrics.PushDelivered(result.OutcomeName);
        var (data, problem) = (PushData.Write(plan, answer.Detail, result), result.Problem());

        // If nothing is on the topic, the key is free for another attempt.
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

    private async ValueTask<Outcome<PushAnswer>> QueueAsync(PushPlan plan, AnswerOptions answer, IdempotencyClaim? claim)
    {
        metrics.PushQueued(plan.Records.Length);
        var queued = new PushAnswer(PushData.Write(plan, answer.Detail, null), plan.Records);
        if (claim is not null)
        {
            await claim.AnswerAsync(new FirstAnswer(null, queued.Data));
        }

        return queued;
    }

    private static string Fingerprint(PushRequest push, ReadOnlyMemory<byte> body)
    {
        // RoomId is the seq of a push to a connection.
        var (target, answer) = (push.Target, push.Options);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"{target.Kind} {target.UserId} {target.RoomId} {target.Ensure} {answer.Ack} {answer.Detail}{target.Restriction}\n")));
        hash.AppendData(body.Span);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    // OpenTelemetry's conventions for messaging.
    private Activity? StartSpan() =>
        GoimTelemetry.Source.StartActivity("send " + kafka.Value.Topic, ActivityKind.Producer)?
            .SetTag("messaging.system", "kafka")
            .SetTag("messaging.operation.type", "send")
            .SetTag("messaging.destination.name", kafka.Value.Topic);
}
