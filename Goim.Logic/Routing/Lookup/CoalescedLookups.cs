using Goim.Logic.Routing.Nodes;
using Goim.Protocol;
using Google.Protobuf.Collections;
using Grpc.Core;

namespace Goim.Logic.Routing.Lookup;

/// <summary>
/// Lookups of single users at one node. A lookup that finds no other under way is a Get. Those that come while it is under way are
/// coalesced into one MGet.
/// </summary>
internal sealed class CoalescedLookups : IDisposable
{
    /// <summary>Longest wait of a lookup for the calls under way. A tenth of a call's deadline, if that is shorter.</summary>
    // Lookups wait that long only if the node answers slowly.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(20);

    private readonly NodeClient node;
    private readonly LookupQueue queue;

    public CoalescedLookups(NodeClient node, RouterOptions options)
    {
        this.node = node;
        var maxWait = TimeSpan.FromTicks(Math.Min(LongestWait.Ticks, options.CallTimeout.Ticks / 10));
        queue = new LookupQueue(options.BatchSize, maxWait, Run);
    }

    /// <summary>Looks up one user.</summary>
    /// <exception cref="OperationCanceledException">The caller left.</exception>
    public ValueTask<LookupAnswer> GetAsync(long userId, CancellationToken cancellationToken)
    {
        if (queue.Join(userId, out var full, out var generation) is not { } lookup)
        {
            return new ValueTask<LookupAnswer>(GetAloneAsync(userId, generation, cancellationToken));
        }

        var answer = lookup.WaitAsync(cancellationToken);
        if (full is not null)
        {
            Run(full, generation);
        }

        return answer;
    }

    public void Dispose() => queue.Dispose();

    // This call is the caller's own, so cancelling it cancels the call.
    private async Task<LookupAnswer> GetAloneAsync(long userId, int generation, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await node.CallAsync(RouterCalls.Get, new GetArg { UserId = userId }, cancellationToken);
            return answer.Reply is not { } reply ? new LookupAnswer(null, answer.Failure.OfUser([userId]))
                : PackedReply.IsWellFormed(reply) ? new LookupAnswer(new UserSessions(reply), default)
                : new LookupAnswer(null, new NodeFailure(node.Name, StatusCode.DataLoss));
        }
        finally
        {
            if (queue.Next(generation) is { } next)
            {
                Run(next, generation);
            }
        }
    }

    // Shared work: must not inherit one caller's trace or log scope.
    private void Run(List<PendingLookup> batch, int generation) => ThreadPool.UnsafeQueueUserWorkItem(
        static run => _ = run.Lookups.RunAsync(run.Batch, run.Generation),
        (Lookups: this, Batch: batch, Generation: generation),
        preferLocal: true);

    // Makes a call for the batch, then one for those that have come meanwhile, and so on.
    private async Task RunAsync(List<PendingLookup> batch, int generation)
    {
        var call = CallAsync(batch);
        while (true)
        {
            await ((Task)call).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var (ended, endedCall) = (batch, call);

            // The next call starts before the callers of this one go on.
            var next = queue.Next(generation);
            if (next is not null)
            {
                (batch, call) = (next, CallAsync(next));
            }

            Answer(ended, endedCall);
            queue.Return(ended);
            if (next is null)
            {
                return;
            }
        }
    }

    // Lookups of one user are answered once.
    private async Task<BatchAnswer> CallAsync(List<PendingLookup> batch)
    {
        var userIds = new RepeatedField<long> { Capacity = batch.Count };
        foreach (var lookup in batch)
        {
            userIds.Add(lookup.UserId);
        }

        var (ids, places) = DistinctUsers.Of(userIds);
        var arg = new PackedMGetArg { AllowUnknown = true, UserIds = { ids } };
        var (reply, failure) = await node.MGetAsync(arg, CancellationToken.None);
        return new BatchAnswer(reply, ids.Count == 1 ? failure.OfUser([ids[0]]) : failure, places);
    }

    private void Answer(List<PendingLookup> batch, Task<BatchAnswer> call)
    {
        if (!call.IsCompletedSuccessfully)
        {
            foreach (var lookup in batch)
            {
                lookup.Abandon(call.Exception?.InnerException ?? new OperationCanceledException());
            }
        }
        else if (call.Result.Reply is { } reply)
        {
            Answer(batch, reply, call.Result.Places);
        }
        else if (call.Result.Failure is { Reason: RefusalReason.Size, TooLargeUser: null })
        {
            _ = AskAsync(batch.GetRange(0, batch.Count / 2));
            _ = AskAsync(batch.GetRange(batch.Count / 2, batch.Count - (batch.Count / 2)));
        }
        else
        {
            foreach (var lookup in batch)
            {
                lookup.Answer(new LookupAnswer(null, call.Result.Failure));
            }
        }
    }

    private void Answer(List<PendingLookup> batch, PackedMGetReply reply, int[]? places)
    {
        var starts = places is null ? null : PackedReply.Starts(reply);
        var next = 0;
        for (var i = 0; i < batch.Count; i++)
        {
            var place = places is null ? i : places[i];
            var count = reply.Counts[place];
            if (count == PackedReply.Unknown)
            {
                batch[i].Answer(new LookupAnswer(null, UnknownUsers.Failure(node.Name, reply.ColdMs)));
                continue;
            }

            var start = starts is null ? next : starts[place];
            next += count;
            batch[i].Answer(new LookupAnswer(new UserSessions(reply.Seqs, reply.Servers, start, count), default));
        }
    }

    // Half of a batch whose answer would be too large. One user whose sessions are too many fails no lookup of another user.
    private async Task AskAsync(List<PendingLookup> half)
    {
        var call = CallAsync(half);
        await ((Task)call).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Answer(half, call);
    }

    /// <summary>A node's answer for a batch of lookups.</summary>
    /// <param name="Reply">The answer; null if the node failed.</param>
    /// <param name="Failure">The failure of the node.</param>
    /// <param name="Places">Place of each lookup's user in the answer. Null if it is that of the lookup.</param>
    private readonly record struct BatchAnswer(PackedMGetReply? Reply, NodeFailure Failure, int[]? Places);
}
