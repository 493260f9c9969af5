using Goim.Protocol;
using Goim.Router.Epochs;

namespace Goim.Router;

/// <summary>Deletes sessions as a Del, an MDel or a DelServer asks: by seq, by request id or by comet server, with an age.</summary>
internal sealed class SessionDeletion(ISessions sessions, IEpochs epochs, TimeProvider time)
{
    /// <summary>Maximum age of a deletion: 100 years.</summary>
    private const long MaxAgeMs = 100L * 365 * 24 * 60 * 60 * 1_000;

    /// <exception cref="Grpc.Core.RpcException">InvalidArgument: the deletion is not valid.</exception>
    public static void Check(DelArg del)
    {
        CheckStoreId(del.StoreId);
        if (!del.RequestId.IsEmpty)
        {
            Refusals.Checked(del.RequestId);
        }
    }

    /// <summary>Deletes one session.</summary>
    /// <param name="del">A valid deletion.</param>
    /// <returns>True if the session existed and was deleted.</returns>
    public ValueTask<bool> DelAsync(DelArg del) =>
        !IsForThisStore(del.StoreId) ? ValueTask.FromResult(false)
        : del.RequestId.IsEmpty ? sessions.DelAsync(del.UserId, del.Seq, AgeOf(del.HasAgeMs, del.AgeMs, del.BeforeUnixMs))
        : sessions.DelRequestAsync(del.UserId, del.RequestId);

    /// <summary>Deletes the sessions of one comet server.</summary>
    /// <exception cref="Grpc.Core.RpcException">InvalidArgument: the deletion is not valid.</exception>
    public async ValueTask DelServerAsync(DelServerArg del, CancellationToken cancellationToken)
    {
        CheckStoreId(del.StoreId);
        if (IsForThisStore(del.StoreId))
        {
            var age = TimeSpan.FromMilliseconds(AgeOf(del.HasAgeMs, del.AgeMs, del.BeforeUnixMs) ?? 0);
            await sessions.DelServerAsync(del.Server, age, () => epochs.ForgetAsync(del.Server), cancellationToken);
        }
    }

    // What is not UTF-8 is read as U+FFFD.
    private static void CheckStoreId(string storeId)
    {
        if (storeId.Contains('\uFFFD', StringComparison.Ordinal))
        {
            throw Refusals.Invalid("store_id is not UTF-8: expected a goim-store-id, or nothing for any.");
        }
    }

    private bool IsForThisStore(string storeId) => storeId.Length == 0 || storeId == sessions.StoreId;

    // An older app tells when the deletion was asked for, by its own clock.
    private long? AgeOf(bool hasAge, long ageMs, long beforeUnixMs) =>
        hasAge ? Math.Clamp(ageMs, 0, MaxAgeMs)
        : beforeUnixMs == 0 ? null
        : Math.Clamp(time.GetUtcNow().ToUnixTimeMilliseconds() - beforeUnixMs, 0, MaxAgeMs);
}
