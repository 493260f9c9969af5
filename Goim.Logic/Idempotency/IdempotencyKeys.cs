using Azure.Storage.Blobs;
using Goim.Logic.Input;
using Goim.Logic.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Goim.Logic.Idempotency;

/// <summary>
/// Idempotency keys. Each is a blob in the container <c>goim-idempotency</c> of the app's storage, so that it holds for all instances.
/// </summary>
public sealed class IdempotencyKeys(IOptions<StorageOptions> storage, TimeProvider time, ILogger<IdempotencyKeys> logger)
{
    public const string ContainerName = "goim-idempotency";

    /// <summary>How long an answer is repeated.</summary>
    public static readonly TimeSpan AnswerLifetime = TimeSpan.FromMinutes(5);

    /// <summary>How long a request without an answer has its key. The Functions host lets no request run longer.</summary>
    public static readonly TimeSpan ClaimLifetime = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Rounding = TimeSpan.FromSeconds(1);

    private const string NothingSent = "nothing was sent.";

    /// <summary>Each attempt that fails has lost to another request with the same key.</summary>
    private const int Attempts = 4;

    private readonly BlobContainerClient? container =
        storage.Value.IsSet ? StorageAccount.Container(storage.Value, ContainerName) : null;

    /// <summary>Claims a key for a request, or gives the answer that the first request with the key got.</summary>
    /// <param name="key">The key, which is valid.</param>
    /// <param name="request">SHA-256 of the request, in hex.</param>
    // Not cancelled when the caller leaves: whether the key is claimed would not be known.
    internal async Task<Outcome<IdempotencyClaim>> ClaimAsync(IdempotencyKey key, string request)
    {
        if (container is null)
        {
            return new Problem(
                ProblemKind.BadInput, $"{IdempotencyKey.Header} needs storage, and AzureWebJobsStorage is not set; {NothingSent}");
        }

        var blob = new KeyBlob(container, key, time, logger);
        var claim = new KeyRecord(request, Guid.NewGuid(), Answered: false);
        var began = time.GetTimestamp();
        try
        {
            for (var i = 0; i < Attempts; i++)
            {
                if (await TryClaimAsync(blob, key, claim, began) is { } claimed)
                {
                    return claimed;
                }
            }

            return blob.StillRunning();
        }
        catch (Exception failed) when (StorageAccount.IsFault(failed))
        {
            return blob.DoesNotAnswer(failed);
        }
    }

    // Null if another request changed the blob meanwhile.
    private async Task<Outcome<IdempotencyClaim>?> TryClaimAsync(KeyBlob blob, IdempotencyKey key, KeyRecord claim, long began)
    {
        if (await blob.CreateAsync(claim) is { } made)
        {
            return new IdempotencyClaim(blob, claim, made, began, time, logger);
        }

        if (await blob.ReadAsync() is not { } stored)
        {
            return null;
        }

        if (stored.Record is not { } record || (record.Claimant != claim.Claimant && IsOver(record, stored.Age)))
        {
            return await blob.ReplaceAsync(claim, default, stored.Tag) is { } taken
                ? new IdempotencyClaim(blob, claim, taken, began, time, logger)
                : (Outcome<IdempotencyClaim>?)null;
        }

        if (record.Claimant == claim.Claimant)
        {
            return new IdempotencyClaim(blob, record, stored.Tag, began, time, logger);
        }

        if (record.Request != claim.Request)
        {
            return new Problem(
                ProblemKind.BadInput,
                $"{IdempotencyKey.Header} is {Quoted.Of(key.Text)}: it came with another request less than "
                + $"{AnswerLifetime.TotalMinutes:0} minutes ago, expected a new key; {NothingSent}");
        }

        return record.Answered ? new IdempotencyClaim(new FirstAnswer(ProblemOf(record), stored.Data)) : blob.StillRunning();
    }

    // The answer is too old, or the request that had the key has crashed. The age may be a second less than the storage says.
    private static bool IsOver(KeyRecord record, TimeSpan age) =>
        age - Rounding >= (record.Answered ? AnswerLifetime : ClaimLifetime);

    private static Problem? ProblemOf(KeyRecord record) =>
        record.Kind is { } kind ? new Problem(kind, record.Error ?? "") { IsDoneInPart = true } : null;
}
