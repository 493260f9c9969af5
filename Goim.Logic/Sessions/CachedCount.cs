namespace Goim.Logic.Sessions;

/// <summary>A count that is at most a second old. All callers within that second get the same answer, from the same bytes.</summary>
internal sealed class CachedCount(Func<Task<Outcome<CountAnswer>>> count, TimeProvider time)
{
    /// <summary>Maximum age of a cached count, from the moment when the nodes were asked.</summary>
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private Task<Outcome<CountAnswer>>? cached;
    private long askedAt;

    /// <summary>The count. A problem is not cached: only the callers that waited for it get it.</summary>
    public Task<Outcome<CountAnswer>> GetAsync(CancellationToken cancellationToken)
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

    private static bool IsCounted(Task<Outcome<CountAnswer>> count) => count.IsCompletedSuccessfully && count.Result.Is(out _, out _);
}

/// <summary>A count, ready to be sent.</summary>
/// <param name="Body">The whole body, <c>{"ret":1,"data":[…]}</c>, UTF-8 JSON.</param>
/// <param name="Data">The part of the body that is the count.</param>
public readonly record struct CountAnswer(byte[] Body, ReadOnlyMemory<byte> Data);
