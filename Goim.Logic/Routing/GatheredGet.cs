using System.Threading.Tasks.Sources;

namespace Goim.Logic.Routing;

/// <summary>One user's lookup while it waits for the call that it is gathered into. Used again when both that call and its caller are done with it.</summary>
internal sealed class GatheredGet(Gathering owner) : IValueTaskSource<UserAnswer>
{
    private ManualResetValueTaskSourceCore<UserAnswer> source = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration leaving;
    private int isAnswered;
    private int holders;

    public long UserId { get; private set; }

    /// <summary>Begins anew; the call and the caller hold it.</summary>
    public void Begin(long userId)
    {
        UserId = userId;
        isAnswered = 0;
        holders = 2;
        source.Reset();
    }

    /// <summary>The caller waits. When it leaves, it waits no longer, and the call goes on for the others.</summary>
    public ValueTask<UserAnswer> WaitAsync(CancellationToken cancellationToken)
    {
        leaving = cancellationToken.UnsafeRegister(static (get, left) => ((GatheredGet)get!).Fail(new OperationCanceledException(left)), this);
        return new ValueTask<UserAnswer>(this, source.Version);
    }

    /// <summary>The call gives its answer and lets go.</summary>
    public void Answer(UserAnswer answer)
    {
        if (Interlocked.Exchange(ref isAnswered, 1) == 0)
        {
            source.SetResult(answer);
        }

        LetGo();
    }

    /// <summary>The call ended in an exception, and lets go.</summary>
    public void Abandon(Exception because)
    {
        Fail(because);
        LetGo();
    }

    UserAnswer IValueTaskSource<UserAnswer>.GetResult(short token)
    {
        // Waits for a caller who is leaving just now, so that none of it comes after the lookup has begun anew.
        leaving.Dispose();
        try
        {
            return source.GetResult(token);
        }
        finally
        {
            LetGo();
        }
    }

    ValueTaskSourceStatus IValueTaskSource<UserAnswer>.GetStatus(short token) => source.GetStatus(token);

    void IValueTaskSource<UserAnswer>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        source.OnCompleted(continuation, state, token, flags);

    private void Fail(Exception because)
    {
        if (Interlocked.Exchange(ref isAnswered, 1) == 0)
        {
            source.SetException(because);
        }
    }

    private void LetGo()
    {
        if (Interlocked.Decrement(ref holders) == 0)
        {
            owner.Return(this);
        }
    }
}

/// <summary>The sessions of a user, or where they are null the failure of its node.</summary>
internal readonly record struct UserAnswer(UserSessions? Sessions, NodeFailure Failure);
