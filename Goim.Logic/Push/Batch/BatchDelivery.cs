using Confluent.Kafka;
using Goim.Logic.Delivery;
using Goim.Logic.Idempotency;

namespace Goim.Logic.Push.Batch;

/// <summary>Sends the pushes of a batch in order. A batch that the producer's queue cannot hold at once goes through it piece by piece.</summary>
public sealed class BatchDelivery(RecordProducer producer)
{
    /// <summary>What became of each push; null for those that were not planned.</summary>
    internal async Task<DeliveryResult?[]> SendAsync(Outcome<PushPlan>[] planned, string? idempotencyKey, IdempotencyClaim? claim)
    {
        var sending = new Task<DeliveryResult>?[planned.Length];
        var oldest = 0;
        var isHeld = true;
        for (var i = 0; i < planned.Length; i++)
        {
            if (!planned[i].Is(out var plan, out _))
            {
                continue;
            }

            while (isHeld && (sending[i] = producer.TrySend(plan.Records, idempotencyKey)) is null && Next(sending, ref oldest, i) is { } waiting)
            {
                await waiting;
                isHeld = claim is null || await claim.HoldAsync() is null;
            }

            // What waits is none of this batch's, or the key has gone to another request.
            sending[i] ??= Task.FromResult(producer.Refused(plan.Records.Length, ErrorCode.Local_QueueFull));
        }

        var results = new DeliveryResult?[planned.Length];
        for (var i = 0; i < results.Length; i++)
        {
            results[i] = sending[i] is { } sent ? await sent : null;
        }

        return results;
    }

    // The oldest push of the batch that is still on its way; null if there is none.
    private static Task<DeliveryResult>? Next(Task<DeliveryResult>?[] sending, ref int oldest, int end)
    {
        while (oldest < end && sending[oldest] is null or { IsCompleted: true })
        {
            oldest++;
        }

        return oldest < end ? sending[oldest] : null;
    }
}
