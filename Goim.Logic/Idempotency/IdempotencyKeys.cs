using System.Security.Cryptography;
using System.Text;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Goim.Logic.Input;
using Goim.Logic.Push;
using Goim.Logic.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Goim.Logic.Idempotency;

/// <summary>
/// Idempotency keys, a blob each in the container <c>goim-idempotency</c> of the app's storage, so that they hold across instances.
/// A blob is named by the key's SHA-256; every change of it is conditional on what was read.
/// </summary>
public sealed class IdempotencyKeys(IOptions<StorageOptions> storage, TimeProvider time, ILogger<IdempotencyKeys> logger)
{
    public const string ContainerName = "goim-idempotency";

    /// <summary>How long an answer is repeated.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromMinutes(5);

    /// <summary>How long a request that is not answered keeps its key: no longer than the Functions host lets it run.</summary>
    public static readonly TimeSpan Held = TimeSpan.FromSeconds(60);

    /// <summary>Every try that fails has lost to another request with the same key.</summary>
    private const int Tries = 4;

    private readonly BlobContainerClient? container = storage.Value.IsSet ? StorageAccount.Container(storage.Value, ContainerName) : null;

    /// <summary>Claims a key for a request, or gives the answer that the first request with it got.</summary>
    /// <param name="key">1 to 128 visible ASCII characters.</param>
    /// <param name="request">SHA-256 of the request, in hex.</param>
    // Not cancelled by a caller who leaves: whether the key is claimed would not be known.
    internal async Task<Outcome<IdempotencyClaim>> ClaimAsync(string key, string request)
    {
        if (container is null)
        {
            return new Problem(ProblemKind.BadInput, $"{PushTerms.KeyHeader} is {Quoted.Of(key)}: expected none, since there is no storage to keep it in (AzureWebJobsStorage); {PushPlans.NothingSent}");
        }

        var blob = container.GetBlobClient(Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(key))));
        var claimant = Guid.NewGuid();
        try
        {
            for (var i = 0; i < Tries; i++)
            {
                if (await TryClaimAsync(blob, key, request, claimant) is { } claimed)
                {
                    return claimed;
                }
            }

            return StillRunning(key);
        }
        catch (Exception failed) when (StorageAccount.IsFault(failed))
        {
            logger.KeyStorageFailed(failed);
            return new Problem(ProblemKind.Unavailable, $"the storage for {PushTerms.KeyHeader} does not answer: nothing was sent, repeat the call.");
        }
    }

    internal static Problem StillRunning(string key) =>
        new(ProblemKind.StillRunning, $"{PushTerms.KeyHeader} is {Quoted.Of(key)}: the first request with it is still under way, repeat the call for its answer.");

    // Null if another request changed the blob meanwhile.
    private async Task<Outcome<IdempotencyClaim>?> TryClaimAsync(BlobClient blob, string key, string request, Guid claimant)
    {
        var now = time.GetUtcNow();
        var claim = new KeyRecord(request, claimant, now.ToUnixTimeMilliseconds(), Answered: false);
        if (await TryUploadAsync(blob, claim, new BlobRequestConditions { IfNoneMatch = ETag.All }) is { } made)
        {
            return new IdempotencyClaim(blob, claim, made, key, time, logger);
        }

        if (await DownloadAsync(blob) is not { } found)
        {
            return null;
        }

        var (record, data, tag) = found;
        if (record?.Claimant == claimant)
        {
            return new IdempotencyClaim(blob, record, tag, key, time, logger);
        }

        if (record is null || now - DateTimeOffset.FromUnixTimeMilliseconds(record.AtUnixMs) >= (record.Answered ? Kept : Held))
        {
            // Over, or its request has crashed.
            return await TryUploadAsync(blob, claim, new BlobRequestConditions { IfMatch = tag }) is { } taken
                ? new IdempotencyClaim(blob, claim, taken, key, time, logger)
                : (Outcome<IdempotencyClaim>?)null;
        }

        if (record.Request != request)
        {
            return new Problem(ProblemKind.BadInput, $"{PushTerms.KeyHeader} is {Quoted.Of(key)}: it came with another request less than {Kept.TotalMinutes:0} minutes ago, expected a new key; {PushPlans.NothingSent}");
        }

        return record.Answered
            ? new IdempotencyClaim(new FirstAnswer(record.Kind is { } kind ? new Problem(kind, record.Error ?? "") : null, data))
            : StillRunning(key);
    }

    // Null if the condition does not hold.
    private async Task<ETag?> TryUploadAsync(BlobClient blob, KeyRecord record, BlobRequestConditions condition)
    {
        var content = record.Write(default);
        try
        {
            return await UploadAsync(blob, content, condition);
        }
        catch (RequestFailedException missing) when (missing.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            await container!.CreateIfNotExistsAsync();
            return await UploadAsync(blob, content, condition);
        }
    }

    private static async Task<ETag?> UploadAsync(BlobClient blob, BinaryData content, BlobRequestConditions condition)
    {
        try
        {
            return (await blob.UploadAsync(content, new BlobUploadOptions { Conditions = condition })).Value.ETag;
        }
        catch (RequestFailedException lost) when (lost.ErrorCode == BlobErrorCode.BlobAlreadyExists || lost.ErrorCode == BlobErrorCode.ConditionNotMet)
        {
            return null;
        }
    }

    // Null if it is gone.
    private static async Task<(KeyRecord? Record, ReadOnlyMemory<byte> Data, ETag Tag)?> DownloadAsync(BlobClient blob)
    {
        try
        {
            var content = (await blob.DownloadContentAsync()).Value;
            return KeyRecord.Read(content.Content) is var (record, data) ? (record, data, content.Details.ETag) : (null, default, content.Details.ETag);
        }
        catch (RequestFailedException gone) when (gone.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            return null;
        }
    }
}
