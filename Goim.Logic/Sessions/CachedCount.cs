namespace Goim.Logic.Sessions;

/// <summary>A count that is at most a second old. All callers within that second get the same one.</summary>
internal sealed class CachedCount<T>(Func<Task<Outcome<T>>> count, TimeProvider time)
{
    /// <summary>Maximum age of a cached count, from the moment when the nodes were asked.</summary>
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private Task<Outcome<T>>? cached;
    private long askedAt;

    /// <summary>The count. A problem is not cached: only the callers that waited for it get it.</summary>
    public Task<Outcome<T>> GetAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (cached is null || time.GetElapsedTime(askedAt) >= MaxAge || (cached.IsCompleted && !IsCounted(cached)))
            {
                askedAt = time.GetTimestamp();

                // Shared work: must not inherit one caller's trace or log scope.
                using (ExecutionContext.SuppressFlow())
                {
                    cached = Task.Run(count);
                }
            }

            return cached.IsCompleted ? cached : cached.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Drops the cached count. The next caller asks the nodes.</summary>
    public void Forget()
    {
        lock (gate)
        {
            cached = null;
        }
    }

    private static bool IsCounted(Task<Outcome<T>> count) => count.IsCompletedSuccessfully && count.Result.Is(out _, out _);
}
