using Goim.Logic.Routing;
using Goim.Logic.Routing.Nodes;
using Goim.Protocol;

namespace Goim.Logic.Sessions;

/// <summary>Registers new sessions. A registration that fails leaves no session, even if the call arrives at the node later.</summary>
public sealed class Registrations(RouterClient router, AbandonedPuts abandoned, TimeProvider time)
{
    private readonly CallersRequests requests = new(time);

    /// <summary>Registers a session.</summary>
    /// <param name="session">
    /// With the caller's request id, the session outlives the call if the caller leaves: a repeat with the same id gets the same session.
    /// Without one, nobody would know the session, so it is deleted.
    /// </param>
    /// <param name="consequence">The end of the sentence if it fails: what the failure means to the caller.</param>
    /// <param name="cancellationToken">The caller left.</param>
    // Not cancelled when the caller leaves: whether the session is registered would not be known.
    public async Task<Outcome<PutReply>> PutAsync(PutArg session, string consequence, CancellationToken cancellationToken)
    {
        if (!session.RequestId.IsEmpty)
        {
            return await PutWithCallersIdAsync(session, consequence, cancellationToken);
        }

        session.RequestId = RequestId.New();
        var answer = await router.PutAsync(session, CancellationToken.None);
        if (answer.Reply is { } reply)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                await abandoned.DeleteAsync(router.OwnerOf(session.UserId), [session]);
                cancellationToken.ThrowIfCancellationRequested();
            }

            return reply;
        }

        await AbandonAsync(session, answer.Failure);
        return PutProblem.Of(session, answer.Failure, consequence);
    }

    /// <summary>Registers sessions, each as <see cref="PutAsync(PutArg, string, CancellationToken)"/> registers one.</summary>
    /// <returns>The outcome of each, in order. Those that fail do not stop the others.</returns>
    /// <exception cref="OperationCanceledException">The caller left. The sessions without its request ids are deleted.</exception>
    internal Task<Registered[]> PutAsync(PutArg[] sessions, string consequence, CancellationToken cancellationToken) =>
        new RegistrationBatch(router, abandoned, requests, sessions, consequence).RunAsync(cancellationToken);

    private async Task<Outcome<PutReply>> PutWithCallersIdAsync(
        PutArg session, string consequence, CancellationToken cancellationToken)
    {
        var request = CallersRequests.Of(session);
        if (requests.Refused.Contains(request))
        {
            return PutProblem.OfId(session, consequence);
        }

        // A repeat that comes while the put is under way waits for the same put. Both get the same answer.
        var put = requests.UnderWay.GetOrAdd(request, _ => new(() => router.PutAsync(session, CancellationToken.None)));
        try
        {
            var answer = await put.Value;
            if (answer.Reply is { } reply)
            {
                return reply;
            }

            // A caller who has left does not know of the failure, and may repeat the put.
            if (answer.Failure.MayHaveArrived && !cancellationToken.IsCancellationRequested)
            {
                requests.Refused.Add(request);
                await AbandonAsync(session, answer.Failure);
            }

            return PutProblem.Of(session, answer.Failure, consequence);
        }
        finally
        {
            requests.UnderWay.TryRemove(new(request, put));
        }
    }

    private async Task AbandonAsync(PutArg session, NodeFailure failure)
    {
        if (failure.MayHaveArrived)
        {
            await abandoned.DeleteAsync(failure.Node, [session]);
        }
    }
}
