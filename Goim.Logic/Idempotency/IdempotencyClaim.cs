using Azure;
using Goim.Logic.Storage;
using Microsoft.Extensions.Logging;

namespace Goim.Logic.Idempotency;

/// <summary>A request's claim to a key, until the request is answered. Disposing it before records are sent frees the key.</summary>
internal sealed class IdempotencyClaim : IAsyncDisposable
{
    /// <summary>An older claim is renewed before records are sent, so that enough of its lifetime is left for them.</summary>
    private static readonly TimeSpan RenewAfter = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan AnswerRetry = TimeSpan.FromSeconds(5);

    private readonly KeyBlob? blob;
    private readonly TimeProvider time = TimeProvider.System;
    private readonly ILogger? logger;
    private KeyRecord? record;
    private ETag tag;
    private long claimedAt;
    private bool isSending;

    /// <summary>A claim of a repeated request, which gets the first answer.</summary>
    public IdempotencyClaim(FirstAnswer first) => First = first;

    /// <summary>A claim of the first request.</summary>
    /// <param name="blob">The key's blob.</param>
    /// <param name="record">What it holds.</param>
    /// <param name="tag">Its ETag.</param>
    /// <param name="claimedAt">Timestamp of <paramref name="time"/> before the blob was written.</param>
    /// <param name="time">The monotonic clock.</param>
    /// <param name="logger">Takes failures.</param>
    public IdempotencyClaim(KeyBlob blob, KeyRecord record, ETag tag, long claimedAt, TimeProvider time, ILogger logger)
    {
        this.blob = blob;
        this.record = record;
        this.tag = tag;
        this.claimedAt = claimedAt;
        this.time = time;
        this.logger = logger;
    }

    /// <summary>The answer of the first request with the key. Null if this is the first request.</summary>
    public FirstAnswer? First { get; }

    /// <summary>Renews the claim before records are sent, for as long as they may take. A problem if another request has the key.</summary>
    public async Task<Problem?> RenewAsync()
    {
        if (record is null)
        {
            return blob!.StillRunning();
        }

        if (time.GetElapsedTime(claimedAt) >= RenewAfter)
        {
            var began = time.GetTimestamp();
            try
            {
                if (await blob!.ReplaceAsync(record, default, tag) is not { } renewed)
                {
                    // Planning the push took longer than the claim's lifetime.
                    record = null;
                    return blob.StillRunning();
                }

                (tag, claimedAt) = (renewed, began);
            }
            catch (Exception failed) when (StorageAccount.IsFault(failed))
            {
                return blob!.DoesNotAnswer(failed);
            }
        }

        isSending = true;
        return null;
    }

    /// <summary>No record was sent after all.</summary>
    public void NothingSent() => isSending = false;

    /// <summary>Stores the answer. If the storage fails, the background goes on trying for the lifetime of the claim.</summary>
    public async Task AnswerAsync(FirstAnswer answer)
    {
        if (record is not { } claimed)
        {
            return;
        }

        record = null;
        var answered = claimed with
        {
            Answered = true,
            Kind = answer.Problem?.Kind,
            Error = answer.Problem?.Error,
        };
        if (!await TryStoreAsync(answered, answer.Data))
        {
            _ = RetryStoreAsync(answered, answer.Data);
        }
    }

    public async ValueTask DisposeAsync()
    {
        // If records were sent and a defect of ours prevented the answer, the key stays claimed.
        if (record is null || isSending)
        {
            return;
        }

        record = null;
        await blob!.DeleteAsync(tag);
    }

    private async Task RetryStoreAsync(KeyRecord answered, ReadOnlyMemory<byte> data)
    {
        using var timer = new PeriodicTimer(AnswerRetry, time);
        do
        {
            await timer.WaitForNextTickAsync();
            if (await TryStoreAsync(answered, data))
            {
                return;
            }
        }
        while (time.GetElapsedTime(claimedAt) < IdempotencyKeys.ClaimLifetime);
        logger!.KeyAnswerNotStored();
    }

    // False if the storage failed and another attempt may store the answer.
    private async Task<bool> TryStoreAsync(KeyRecord answered, ReadOnlyMemory<byte> data)
    {
        try
        {
            if (await blob!.ReplaceAsync(answered, data, tag) is null)
            {
                logger!.KeyTaken();
            }

            return true;
        }
        catch (Exception failed) when (StorageAccount.IsFault(failed))
        {
            blob!.LogFailure(failed);
            return false;
        }
    }
}
