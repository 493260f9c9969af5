using System.Security.Cryptography;
using System.Text;
using Azure.Storage.Blobs;
using Goim.Logic.Input;
using Goim.Logic.Push;
using Goim.Logic.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Goim.Logic.Idempotency;

/// <summary>
/// Idempotency keys, a blob each in the container <c>goim-idempotency</c> of the app's storage, so that they hold across instances.
/// A blob is named by the key's SHA-256.
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

        var blob = new KeyBlob(container, Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(key))), key, logger);
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

            return blob.StillRunning();
        }
        catch (Exception failed) when (StorageAccount.IsFault(failed))
        {
            return blob.DoesNotAnswer(failed);
        }
    }

    // Null if another request changed the blob meanwhile.
    private async Task<Outcome<IdempotencyClaim>?> TryClaimAsync(KeyBlob blob, string key, string request, Guid claimant)
    {
        var now = time.GetUtcNow();
        var claim = new KeyRecord(request, claimant, now.ToUnixTimeMilliseconds(), Answered: false);
        if (await blob.CreateAsync(claim) is { } made)
        {
            return new IdempotencyClaim(blob, claim, made, time, logger);
        }

        if (await blob.ReadAsync() is not var (record, data, tag))
        {
            return null;
        }

        if (record?.Claimant == claimant)
        {
            return new IdempotencyClaim(blob, record, tag, time, logger);
        }

        if (record is null || now - DateTimeOffset.FromUnixTimeMilliseconds(record.AtUnixMs) >= (record.Answered ? Kept : Held))
        {
            // Over, or its request has crashed.
            return await blob.ReplaceAsync(claim, default, tag) is { } taken ? new IdempotencyClaim(blob, claim, taken, time, logger) : (Outcome<IdempotencyClaim>?)null;
        }

        if (record.Request != request)
        {
            return new Problem(ProblemKind.BadInput, $"{PushTerms.KeyHeader} is {Quoted.Of(key)}: it came with another request less than {Kept.TotalMinutes:0} minutes ago, expected a new key; {PushPlans.NothingSent}");
        }

        return record.Answered
            ? new IdempotencyClaim(new FirstAnswer(record.Kind is { } kind ? new Problem(kind, record.Error ?? "") { IsDoneInPart = true } : null, data))
            : blob.StillRunning();
    }
}
