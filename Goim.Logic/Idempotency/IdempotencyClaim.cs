using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Goim.Logic.Storage;
using Microsoft.Extensions.Logging;

namespace Goim.Logic.Idempotency;

/// <summary>A key that is this request's until it is answered; disposed without an answer, nothing was sent, and the key is free again.</summary>
internal sealed class IdempotencyClaim : IAsyncDisposable
{
    /// <summary>How old a claim may be that is not renewed before records are sent: the rest of its time is theirs.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    private readonly BlobClient? blob;
    private readonly string key = "";
    private readonly TimeProvider time = TimeProvider.System;
    private readonly ILogger? logger;
    private KeyRecord? record;
    private ETag tag;

    /// <summary>The request is a repeat.</summary>
    public IdempotencyClaim(FirstAnswer first) => First = first;

    public IdempotencyClaim(BlobClient blob, KeyRecord record, ETag tag, string key, TimeProvider time, ILogger logger)
    {
        this.blob = blob;
        this.record = record;
        this.tag = tag;
        this.key = key;
        this.time = time;
        this.logger = logger;
    }

    /// <summary>The answer of the first request with the key; null if this is the first.</summary>
    public FirstAnswer? First { get; }

    /// <summary>Makes sure, before records are sent, that the key is this request's for as long as they may take; null if it is.</summary>
    public async Task<Problem?> HoldAsync()
    {
        var now = time.GetUtcNow();
        if (now - DateTimeOffset.FromUnixTimeMilliseconds(record!.AtUnixMs) < Fresh)
        {
            return null;
        }

        record = record with { AtUnixMs = now.ToUnixTimeMilliseconds() };
        try
        {
            await UploadAsync(default);
            return null;
        }
        catch (RequestFailedException lost) when (lost.Status is 404 or 412)
        {
            // The planning took so long that another request has the key now.
            record = null;
            return IdempotencyKeys.StillRunning(key);
        }
        catch (Exception failed) when (StorageAccount.IsFault(failed))
        {
            logger!.KeyStorageFailed(failed);
            return new Problem(ProblemKind.Unavailable, $"the storage for {Push.PushTerms.KeyHeader} does not answer: nothing was sent, repeat the call.");
        }
    }

    /// <summary>Keeps the answer. If the storage fails now, a repeat finds the key held, and later free: the answer of this request is true all the same.</summary>
    public async Task AnswerAsync(FirstAnswer answer)
    {
        record = record! with { AtUnixMs = time.GetUtcNow().ToUnixTimeMilliseconds(), Answered = true, Kind = answer.Problem?.Kind, Error = answer.Problem?.Error };
        try
        {
            await UploadAsync(answer.Data);
        }
        catch (Exception failed) when (StorageAccount.IsFault(failed))
        {
            logger!.KeyAnswerNotKept(failed);
        }
        finally
        {
            record = null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (record is null || blob is null)
        {
            return;
        }

        record = null;
        try
        {
            await blob.DeleteIfExistsAsync(conditions: new BlobRequestConditions { IfMatch = tag });
        }
        catch (Exception failed) when (StorageAccount.IsFault(failed))
        {
            // Free again after a minute by itself.
            logger!.KeyStorageFailed(failed);
        }
    }

    private async Task UploadAsync(ReadOnlyMemory<byte> data) =>
        tag = (await blob!.UploadAsync(record!.Write(data), new BlobUploadOptions { Conditions = new BlobRequestConditions { IfMatch = tag } })).Value.ETag;
}
