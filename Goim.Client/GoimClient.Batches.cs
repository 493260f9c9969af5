using System.Runtime.CompilerServices;
using Goim.Client.Batches;

namespace Goim.Client;

/// <content>Many pushes.</content>
public sealed partial class GoimClient
{
    /// <summary>
    /// Sends pushes in batches, one after the other, and says what became of each, in their order. It throws for none of them: look at
    /// <see cref="PushResult.IsDone"/>. The broker acknowledges all pushes. One of which nothing was sent is sent again, so that it may
    /// arrive after later ones of its batch.
    /// </summary>
    /// <param name="pushes">
    /// The pushes. If this fails, those that it gave before are sent, and then the failure is thrown. It is cancelled when the results are
    /// not read to their end.
    /// </param>
    /// <param name="options">When a batch is sent.</param>
    /// <param name="cancellationToken">Ends the calls.</param>
    public IAsyncEnumerable<BatchPushResult> PushBatchAsync(
        IAsyncEnumerable<BatchPush> pushes, BatchOptions? options = null, CancellationToken cancellationToken = default)
    {
        var batches = options ?? BatchOptions.Default;
        batches.Check();
        return SendAsync(pushes ?? throw new ArgumentNullException(nameof(pushes)), batches, cancellationToken);
    }

    private async IAsyncEnumerable<BatchPushResult> SendAsync(
        IAsyncEnumerable<BatchPush> pushes, BatchOptions batches, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var sender = new BatchSender(app, options);
        var useKeys = batches.UseIdempotencyKeys ?? options.UseIdempotencyKeys;
        await foreach (var batch in BatchGatherer.GatherAsync(pushes, batches, cancellationToken).ConfigureAwait(false))
        {
            await sender.SendAsync(batch, batches, useKeys, cancellationToken).ConfigureAwait(false);
            foreach (var pending in batch)
            {
                yield return new BatchPushResult(pending.Push, pending.Result!);
            }
        }
    }
}
