using Goim.Logic.Delivery;
using Goim.Logic.Idempotency;

namespace Goim.Logic.Push.Batch;

/// <summary>Sends the pushes of a batch in order. A batch that the producer's queue cannot hold at once goes through it piece by piece.</summary>
public sealed class BatchDelivery(RecordProducer producer)
{
    private static readonly Problem CallerLeft = new(ProblemKind.Unavailable, "the caller left: nothing was sent.");
    private static readonly Problem QueueFull = new(ProblemKind.Unavailable, "the queue to Kafka is full (KafkaQueueMessages): nothing was sent, repeat it.");

    /// <summary>What became of each push; null for those that were not sent, whose plan has become the problem why.</summary>
    /// <param name="planned">The pushes.</param>
    /// <param name="idempotencyKey">Of the batch; null for none.</param>
    /// <param name="claim">The key; null for none.</param>
    /// <param name="cancellationToken">The caller left: what is not sent yet is not any more.</param>
    internal async Task<DeliveryResult?[]> SendAsync(Outcome<PushPlan>[] planned, string? idempotencyKey, IdempotencyClaim? claim, CancellationToken cancellationToken)
    {
        var sending = new PendingDelivery?[planned.Length];
        var oldest = 0;
        var endOfWait = CancellationToken.None;
        Problem? stop = null;
        for (var i = 0; i < planned.Length; i++)
        {
            if (!planned[i].Is(out var plan, out _))
            {
                continue;
            }

            var never = producer.NeverFits(plan.Records.Length);
            while (stop is null && never is null && (sending[i] = producer.TrySend(plan.Records, idempotencyKey)) is null)
            {
                endOfWait = producer.BeginWait();
                stop = Next(sending, ref oldest, i) is { } waiting ? await StopAsync(waiting, claim, endOfWait, cancellationToken) : QueueFull;
            }

            if (sending[i] is null)
            {
                planned[i] = never ?? stop!;
            }
        }

        // After a stop nothing was queued that the last wait was not for.
        endOfWait = stop is null ? producer.BeginWait() : endOfWait;
        var results = new DeliveryResult?[planned.Length];
        for (var i = 0; i < results.Length; i++)
        {
            results[i] = sending[i] is { } sent ? await producer.ResultAsync(sent, endOfWait) : null;
        }

        return results;
    }

    // Waits for a push before the next, and gives the problem why there is to be no next.
    private static async Task<Problem?> StopAsync(PendingDelivery waiting, IdempotencyClaim? claim, CancellationToken endOfWait, CancellationToken cancellationToken)
    {
        await waiting.Completed.WaitAsync(endOfWait).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return waiting.Result().Outcome == DeliveryOutcome.Unknown ? DeliveryResult.NotTried
            : cancellationToken.IsCancellationRequested ? CallerLeft
            : claim is null ? null
            : await claim.HoldAsync();
    }

    // The oldest push of the batch that is still on its way; null if there is none.
    private static PendingDelivery? Next(PendingDelivery?[] sending, ref int oldest, int end)
    {
        while (oldest < end && sending[oldest] is null or { IsCompleted: true })
        {
            oldest++;
        }

        return oldest < end ? sending[oldest] : null;
    }
}
