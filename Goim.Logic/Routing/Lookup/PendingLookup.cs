using System.Threading.Tasks.Sources;

namespace Goim.Logic.Routing.Lookup;

/// <summary>
/// One user's lookup, from the moment it joins the queue until its caller has the answer. The object is used again for another lookup when
/// both the call and the caller have released it.
/// </summary>
internal sealed class PendingLookup(LookupQueue queue) : IValueTaskSource<LookupAnswer>
{
    private ManualResetValueTaskSourceCore<LookupAnswer> source = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration cancellation;
    private int isAnswered;
    private int holders;

    public long UserId { get; private set; }

    /// <summary>Starts a new lookup. It is held by its call and by its caller.</summary>
    public void Begin(long userId)
    {
        UserId = userId;
        isAnswered = 0;
        holders = 2;
        source.Reset();
    }

    /// <summary>The caller's wait. Cancelling it ends the wait. The call goes on for the others.</summary>
    public ValueTask<LookupAnswer> WaitAsync(CancellationToken cancellationToken)
    {
        cancellation = cancellationToken.UnsafeRegister(
            static (lookup, token) => ((PendingLookup)lookup!).Fail(new OperationCanceledException(token)), this);
        return new ValueTask<LookupAnswer>(this, source.Version);
    }

    /// <summary>The call gives the answer and releases the lookup.</summary>
    public void Answer(LookupAnswer answer)
    {
        if (Interlocked.Exchange(ref isAnswered, 1) == 0)
        {
            source.SetResult(answer);
        }

        Release();
    }

    /// <summary>The call ended in an exception and releases the lookup.</summary>
    public void Abandon(Exception exception)
    {
        Fail(exception);
        Release();
    }

    LookupAnswer IValueTaskSource<LookupAnswer>.GetResult(short token)
    {
        // Dispose waits for a cancellation that is running, so that it cannot reach the next lookup of this object.
        cancellation.Dispose();
        try
        {
            return source.GetResult(token);
        }
        finally
        {
            Release();
        }
    }

    ValueTaskSourceStatus IValueTaskSource<LookupAnswer>.GetStatus(short token) => source.GetStatus(token);

    void IValueTaskSource<LookupAnswer>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        source.OnCompleted(continuation, state, token, flags);

    private void Fail(Exception exception)
    {
        if (Interlocked.Exchange(ref isAnswered, 1) == 0)
        {
            source.SetException(exception);
        }
    }

    private void Release()
    {
        if (Interlocked.Decrement(ref holders) == 0)
        {
            queue.Return(this);
        }
    }
}
