using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Goim.Logic.Input;
using Goim.Logic.Storage;
using Microsoft.Extensions.Logging;

namespace Goim.Logic.Idempotency;

/// <summary>The blob of one key. Every change is conditional on the ETag that was read.</summary>
internal sealed class KeyBlob(BlobContainerClient container, IdempotencyKey key, TimeProvider time, ILogger logger)
{
    private readonly BlobClient blob = container.GetBlobClient(key.BlobName);

    /// <summary>The storage's name of the call that is under way or has just ended.</summary>
    private string operation = "";

    /// <summary>The problem of a repeat while the first request is not answered yet.</summary>
    public Problem StillRunning() =>
        new(
            ProblemKind.StillRunning,
            $"{IdempotencyKey.Header} is {Quoted.Of(key.Text)}: the first request with it is still under way, "
            + "repeat the call for its answer.");

    /// <summary>The problem of a storage that failed. Nothing was sent.</summary>
    public Problem DoesNotAnswer(Exception failed)
    {
        LogFailure(failed);
        return new Problem(
            ProblemKind.Unavailable, $"the storage for {IdempotencyKey.Header} does not answer: nothing was sent, repeat the call.");
    }

    /// <summary>Logs which call of the storage failed, and how.</summary>
    public void LogFailure(Exception failed) => logger.KeyStorageFailed(operation, StorageAccount.ReasonOf(failed));

    /// <summary>Creates the blob. Null if it exists.</summary>
    public async Task<ETag?> CreateAsync(KeyRecord record)
    {
        var none = new BlobRequestConditions { IfNoneMatch = ETag.All };
        try
        {
            return await UploadAsync(record, default, none);
        }
        catch (RequestFailedException missing) when (missing.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            operation = "Create Container";
            await container.CreateIfNotExistsAsync();
            return await UploadAsync(record, default, none);
        }
    }

    /// <summary>
    /// Replaces the blob, if it is unchanged or was changed by this claimant in an attempt whose answer was lost. Null if another claimant
    /// changed it.
    /// </summary>
    public async Task<ETag?> ReplaceAsync(KeyRecord record, ReadOnlyMemory<byte> data, ETag tag)
    {
        if (await UploadAsync(record, data, new BlobRequestConditions { IfMatch = tag }) is { } replaced)
        {
            return replaced;
        }

        return await ReadAsync() is { } found && found.Record?.Claimant == record.Claimant
            ? await UploadAsync(record, data, new BlobRequestConditions { IfMatch = found.Tag })
            : null;
    }

    /// <summary>Reads the blob. Null if there is none.</summary>
    public async Task<StoredKey?> ReadAsync()
    {
        try
        {
            operation = "Get Blob";
            var response = await blob.DownloadContentAsync();
            var (details, content) = (response.Value.Details, KeyRecord.Read(response.Value.Content));
            var age = StorageAccount.TimeOf(response.GetRawResponse()) - details.LastModified;
            return new StoredKey(content?.Record, content?.Data ?? default, details.ETag, age);
        }
        catch (RequestFailedException gone) when (gone.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            return null;
        }
    }

    /// <summary>
    /// Deletes the blob, unless another request has taken the key. If the storage fails, the claim ends by itself after a minute.
    /// </summary>
    public async Task DeleteAsync(ETag tag)
    {
        try
        {
            operation = "Delete Blob";
            await blob.DeleteIfExistsAsync(conditions: new BlobRequestConditions { IfMatch = tag });
        }
        catch (RequestFailedException lost) when (lost.ErrorCode == BlobErrorCode.ConditionNotMet)
        {
            logger.KeyNotFreed();
        }
        catch (Exception failed) when (StorageAccount.IsFault(failed))
        {
            LogFailure(failed);
        }
    }

    private async Task<ETag?> UploadAsync(KeyRecord record, ReadOnlyMemory<byte> data, BlobRequestConditions condition)
    {
        try
        {
            var content = (record with { AtUnixMs = time.GetUtcNow().ToUnixTimeMilliseconds() }).Write(data);
            operation = "Put Blob";
            return (await blob.UploadAsync(content, new BlobUploadOptions { Conditions = condition })).Value.ETag;
        }
        catch (RequestFailedException lost) when (
            lost.ErrorCode == BlobErrorCode.BlobAlreadyExists
            || lost.ErrorCode == BlobErrorCode.ConditionNotMet
            || lost.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            return null;
        }
    }
}

/// <summary>What the blob of a key holds.</summary>
/// <param name="Record">Null if the content is not ours.</param>
/// <param name="Data">The data of the answer. Empty for none.</param>
/// <param name="Tag">The ETag.</param>
/// <param name="Age">Time since the last change, by the storage's own clock: the difference of two times in whole seconds.</param>
internal sealed record StoredKey(KeyRecord? Record, ReadOnlyMemory<byte> Data, ETag Tag, TimeSpan Age);
