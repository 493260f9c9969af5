using Goim.Logic.Routing;
using Goim.Logic.Routing.Nodes;
using Goim.Protocol;
using SharedPut = System.Lazy<System.Threading.Tasks.Task<Goim.Logic.Routing.Nodes.NodeReply<Goim.Protocol.PutReply>>>;

namespace Goim.Logic.Sessions;

/// <summary>Registers many new sessions for one caller: one call for each router node.</summary>
/// <param name="router">The router nodes.</param>
/// <param name="abandoned">Deletes what a failed call may have left.</param>
/// <param name="requests">The puts with their callers' request ids, of all calls.</param>
/// <param name="sessions">The sessions, with or without their caller's request ids.</param>
/// <param name="consequence">The end of the sentence if a put fails: what the failure means to the caller.</param>
internal sealed class RegistrationBatch(
    RouterClient router, AbandonedPuts abandoned, CallersRequests requests, PutArg[] sessions, string consequence)
{
    private readonly Registered[] registered = new Registered[sessions.Length];
    private readonly NewRequestIds newIds = new();

    // The key of each session that has its caller's request id.
    private readonly string?[] keys = new string?[sessions.Length];

    // Sessions of which nothing must be left, by the name of their node.
    private readonly Dictionary<string, List<PutArg>> unwanted = [];
    private bool hasCallerLeft;

    /// <summary>Registers the sessions.</summary>
    /// <exception cref="OperationCanceledException">The caller left.</exception>
    // Not cancelled when the caller leaves: whether the sessions are registered would not be known.
    public async Task<Registered[]> RunAsync(CancellationToken cancellationToken)
    {
        var puts = new PutArg?[sessions.Length];
        var ended = new TaskCompletionSource<PutReplies>(TaskCreationOptions.RunContinuationsAsynchronously);
        var own = new List<KeyValuePair<string, SharedPut>>();
        var others = new List<(int Index, SharedPut Put)>();
        try
        {
            for (var i = 0; i < sessions.Length; i++)
            {
                if (IsNew(i, ended.Task, own, others))
                {
                    puts[i] = sessions[i];
                }
            }

            var all = router.PutAsync(puts, CancellationToken.None);
            await ((Task)all).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            ended.SetFromTask(all);
            var replies = await all;
            var answers = await Task.WhenAll(others.Select(other => other.Put.Value));
            hasCallerLeft = cancellationToken.IsCancellationRequested;
            Take(replies);
            for (var i = 0; i < answers.Length; i++)
            {
                Take(others[i].Index, answers[i]);
            }

            await Task.WhenAll(unwanted.Select(node => abandoned.DeleteAsync(node.Key, node.Value)));
            return hasCallerLeft ? throw new OperationCanceledException(cancellationToken) : registered;
        }
        finally
        {
            own.ForEach(each => requests.UnderWay.TryRemove(each));
        }
    }

    // False if the put is refused, or under way already.
    private bool IsNew(
        int index, Task<PutReplies> ended, List<KeyValuePair<string, SharedPut>> own, List<(int Index, SharedPut Put)> others)
    {
        var session = sessions[index];
        if (session.RequestId.IsEmpty)
        {
            session.RequestId = newIds.Next();
            return true;
        }

        var key = keys[index] = CallersRequests.Of(session);
        if (requests.Refused.Contains(key))
        {
            registered[index] = new Registered(0, PutProblem.OfId(session, consequence), IsFinal: false);
            return false;
        }

        var put = new SharedPut(async () => (await ended).Of(index));
        var first = requests.UnderWay.GetOrAdd(key, put);
        if (first != put)
        {
            others.Add((index, first));
            return false;
        }

        own.Add(new(key, put));
        return true;
    }

    private void Take(PutReplies replies)
    {
        for (var i = 0; i < sessions.Length; i++)
        {
            if (replies.Seqs[i] > 0)
            {
                Succeed(i, replies.Seqs[i]);
            }
        }

        foreach (var (failure, indexes) in replies.Failed)
        {
            foreach (var i in indexes)
            {
                Fail(i, failure);
            }
        }
    }

    private void Take(int index, NodeReply<PutReply> answer)
    {
        if (answer.Reply is { } reply)
        {
            Succeed(index, reply.Seq);
        }
        else
        {
            Fail(index, answer.Failure);
        }
    }

    private void Succeed(int index, int seq)
    {
        registered[index] = new Registered(seq, null, IsFinal: false);

        // Nobody would know a session that does not have its caller's request id.
        if (hasCallerLeft && keys[index] is null)
        {
            Drop(router.OwnerOf(sessions[index].UserId), sessions[index]);
        }
    }

    private void Fail(int index, NodeFailure failure)
    {
        var problem = PutProblem.Of(sessions[index], failure, consequence);
        registered[index] = new Registered(0, problem, IsFinal: failure.MaxSessions > 0);

        // A caller who has left does not know of the failure, and may repeat a put that has its request id.
        if (!failure.MayHaveArrived || (hasCallerLeft && keys[index] is not null))
        {
            return;
        }

        if (keys[index] is { } key)
        {
            requests.Refused.Add(key);
        }

        Drop(failure.Node, sessions[index]);
    }

    private void Drop(string node, PutArg session)
    {
        if (!unwanted.TryGetValue(node, out var puts))
        {
            unwanted.Add(node, puts = []);
        }

        puts.Add(session);
    }
}

/// <summary>The outcome of one registration of many.</summary>
/// <param name="Seq">The number of the session; 0 if it failed.</param>
/// <param name="Problem">Why it failed. Null if it did not.</param>
/// <param name="IsFinal">Whether the user has too many sessions, so that a repeat would fail too.</param>
internal readonly record struct Registered(int Seq, Problem? Problem, bool IsFinal);
