using Azure;
using Goim.Logic.Storage;
using Microsoft.Extensions.Logging;

namespace Goim.Logic.Idempotency;

/// <summary>A key that is this request's until it is answered. Disposed before anything was sent, it is free again.</summary>
internal sealed class IdempotencyClaim : IAsyncDisposable
{
    /// <summary>How old a claim may be that is not renewed before records are sent: the rest of its time is theirs.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan AnswerRetry = TimeSpan.FromSeconds(5);

    private readonly KeyBlob? blob;
    private readonly TimeProvider time = TimeProvider.System;
    private readonly ILogger? logger;
    private KeyRecord? record;
    private ETag tag;
    private bool isSending;

    /// <summary>The request is a repeat.</summary>
    public IdempotencyClaim(FirstAnswer first) => First = first;

    public IdempotencyClaim(KeyBlob blob, KeyRecord record, ETag tag, TimeProvider time, ILogger logger)
    {
        this.blob = blob;
        this.record = record;
        this.tag = tag;
        this.time = time;
        this.logger = logger;
    }

    /// <summary>The answer of the first request with the key; null if this is the first.</summary>
    public FirstAnswer? First { get; }

    /// <summary>Makes sure, before records are sent, that the key is this request's for as long as they may take; null if it is.</summary>
    public async Task<Problem?> HoldAsync()
    {
        if (record is null)
        {
            return blob!.StillRunning();
        }

        var now = time.GetUtcNow();
        if (now - DateTimeOffset.FromUnixTimeMilliseconds(record.AtUnixMs) >= Fresh)
        {
            record = record with { AtUnixMs = now.ToUnixTimeMilliseconds() };
            try
            {
                if (await blob!.ReplaceAsync(record, default, tag) is not { } held)
                {
                    // The planning took so long that another request has the key now.
                    record = null;
                    return blob.StillRunning();
                }

                tag = held;
            }
            catch (Exception failed) when (StorageAccount.IsFault(failed))
            {
                return blob!.DoesNotAnswer(failed);
            }
        }

        isSending = true;
        return null;
    }

    /// <summary>Nothing was sent after all.</summary>
    public void NothingSent() => isSending = false;

    /// <summary>Keeps the answer. While the storage fails it is tried again in the background, for as long as the key is held: the answer is true all the same.</summary>
    public async Task AnswerAsync(FirstAnswer answer)
    {
        if (record is not { } claimed)
        {
            return;
        }

        record = null;
        var answered = claimed with { AtUnixMs = time.GetUtcNow().ToUnixTimeMilliseconds(), Answered = true, Kind = answer.Problem?.Kind, Error = answer.Problem?.Error };
        if (!await IsKeptAsync(answered, answer.Data))
        {
            _ = KeepTryingAsync(answered, answer.Data, claimed.AtUnixMs);
        }
    }

    public async ValueTask DisposeAsync()
    {
        // What was sent without an answer, for an error of ours, leaves the key held.
        if (record is null || isSending)
        {
            return;
        }

        record = null;
        await blob!.DeleteAsync(tag);
    }

    private async Task KeepTryingAsync(KeyRecord answered, ReadOnlyMemory<byte> data, long claimedUnixMs)
    {
        using var timer = new PeriodicTimer(AnswerRetry, time);
        do
        {
            await timer.WaitForNextTickAsync();
            if (await IsKeptAsync(answered, data))
            {
                return;
            }
        }
        while (time.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds(claimedUnixMs) < IdempotencyKeys.Held);
        logger!.KeyAnswerNotKept();
    }

    private async Task<bool> IsKeptAsync(KeyRecord answered, ReadOnlyMemory<byte> data)
    {
        try
        {
            await blob!.ReplaceAsync(answered, data, tag);
            return true;
        }
        catch (Exception failed) when (StorageAccount.IsFault(failed))
        {
            logger!.KeyStorageFailed(KeyBlob.ReasonOf(failed));
            return false;
        }
    }
}
