using Goim.Protocol;
using Grpc.Core;

namespace Goim.Logic.Routing;

/// <summary>Lookups of single users at one node. One that finds no other under way is a Get; those that come meanwhile are gathered into one MGet.</summary>
internal sealed class GatheredGets : IDisposable
{
    /// <summary>How long lookups are gathered at most, a tenth of a call's deadline if that is less: only a call that is hardly answered any more makes them wait so long.</summary>
    private static readonly TimeSpan LongestPatience = TimeSpan.FromMilliseconds(20);

    private readonly RouterNodeClient node;
    private readonly Gathering gathering;

    public GatheredGets(RouterNodeClient node, RouterOptions options)
    {
        this.node = node;
        var patience = TimeSpan.FromTicks(Math.Min(LongestPatience.Ticks, options.CallTimeout.Ticks / 10));
        gathering = new Gathering(options.BatchSize, patience, Run);
    }

    /// <summary>The sessions of a user.</summary>
    /// <exception cref="OperationCanceledException">The caller left.</exception>
    public ValueTask<UserAnswer> GetAsync(long userId, CancellationToken cancellationToken)
    {
        if (gathering.Join(userId, out var full, out var generation) is not { } get)
        {
            return new ValueTask<UserAnswer>(GetAloneAsync(userId, generation, cancellationToken));
        }

        var answer = get.WaitAsync(cancellationToken);
        if (full is not null)
        {
            Run(full, generation);
        }

        return answer;
    }

    public void Dispose() => gathering.Dispose();

    // A call of the caller's own: who leaves cancels it.
    private async Task<UserAnswer> GetAloneAsync(long userId, int generation, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await node.CallAsync(RouterCalls.Get, new GetArg { UserId = userId }, cancellationToken);
            return answer.Reply is not { } reply ? new UserAnswer(null, answer.Failure)
                : RouterClient.IsWellFormed(reply) ? new UserAnswer(new UserSessions(reply), default)
                : new UserAnswer(null, node.Failed<GetReply>(StatusCode.DataLoss).Failure);
        }
        finally
        {
            if (gathering.Next(generation) is { } next)
            {
                Run(next, generation);
            }
        }
    }

    // The call of many pushes, in the trace and the log of none of them.
    private void Run(List<GatheredGet> gets, int generation) => ThreadPool.UnsafeQueueUserWorkItem(
        static run => _ = run.Lookups.RunAsync(run.Gets, run.Generation), (Lookups: this, Gets: gets, Generation: generation), preferLocal: true);

    // Asks for those gathered, and goes on as long as others have been gathered meanwhile.
    private async Task RunAsync(List<GatheredGet> gets, int generation)
    {
        var call = AskAsync(gets);
        while (true)
        {
            await ((Task)call).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var (answered, answer) = (gets, call);

            // Under way before those who wait go on.
            var next = gathering.Next(generation);
            if (next is not null)
            {
                (gets, call) = (next, AskAsync(next));
            }

            Tell(answered, answer);
            gathering.Return(answered);
            if (next is null)
            {
                return;
            }
        }
    }

    private async Task<NodeReply<PackedMGetReply>> AskAsync(List<GatheredGet> gets)
    {
        var arg = new PackedMGetArg { UserIds = { Capacity = gets.Count } };
        foreach (var get in gets)
        {
            arg.UserIds.Add(get.UserId);
        }

        return await node.MGetAsync(arg, CancellationToken.None);
    }

    private static void Tell(List<GatheredGet> gets, Task<NodeReply<PackedMGetReply>> call)
    {
        var start = 0;
        for (var i = 0; i < gets.Count; i++)
        {
            if (!call.IsCompletedSuccessfully)
            {
                gets[i].Abandon(call.Exception?.InnerException ?? new OperationCanceledException());
            }
            else if (call.Result.Reply is { } reply)
            {
                gets[i].Answer(new UserAnswer(new UserSessions(reply.Seqs, reply.Servers, start, reply.Counts[i]), default));
                start += reply.Counts[i];
            }
            else
            {
                gets[i].Answer(new UserAnswer(null, call.Result.Failure));
            }
        }
    }
}
