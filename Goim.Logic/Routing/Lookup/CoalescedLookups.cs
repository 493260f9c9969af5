using Goim.Logic.Routing.Nodes;
using Goim.Protocol;
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
            return answer.Reply is not { } reply ? new LookupAnswer(null, answer.Failure)
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

            Answer(node.Name, ended, endedCall);
            queue.Return(ended);
            if (next is null)
            {
                return;
            }
        }
    }

    private async Task<NodeReply<PackedMGetReply>> CallAsync(List<PendingLookup> batch)
    {
        var arg = new PackedMGetArg { AllowUnknown = true, UserIds = { Capacity = batch.Count } };
        foreach (var lookup in batch)
        {
            arg.UserIds.Add(lookup.UserId);
        }

        return await node.MGetAsync(arg, CancellationToken.None);
    }

    private static void Answer(string node, List<PendingLookup> batch, Task<NodeReply<PackedMGetReply>> call)
    {
        var start = 0;
        for (var i = 0; i < batch.Count; i++)
        {
            if (!call.IsCompletedSuccessfully)
            {
                batch[i].Abandon(call.Exception?.InnerException ?? new OperationCanceledException());
            }
            else if (call.Result.Reply is { } unknowing && unknowing.Counts[i] == PackedReply.Unknown)
            {
                batch[i].Answer(new LookupAnswer(null, UnknownUsers.Failure(node, unknowing.ColdMs)));
            }
            else if (call.Result.Reply is { } reply)
            {
                batch[i].Answer(new LookupAnswer(new UserSessions(reply.Seqs, reply.Servers, start, reply.Counts[i]), default));
                start += reply.Counts[i];
            }
            else
            {
                batch[i].Answer(new LookupAnswer(null, call.Result.Failure));
            }
        }
    }
}
