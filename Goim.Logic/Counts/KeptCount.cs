namespace Goim.Logic.Counts;

/// <summary>One count as it is answered, made once a second at most: those who ask meanwhile are told the same, from the same bytes.</summary>
internal sealed class KeptCount(Func<Task<Outcome<CountAnswer>>> count, TimeProvider time)
{
    /// <summary>Of what is told at most, from when the nodes were asked.</summary>
    private static readonly TimeSpan Age = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private Task<Outcome<CountAnswer>>? kept;
    private long asked;

    /// <summary>The count; a problem is told to those who asked together, and the next one asks anew.</summary>
    public Task<Outcome<CountAnswer>> GetAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (kept is null || time.GetElapsedTime(asked) >= Age || (kept.IsCompleted && !IsCounted(kept)))
            {
                asked = time.GetTimestamp();

                // The count of all who ask together, in the trace and the log of none of them.
                using (ExecutionContext.SuppressFlow())
                {
                    kept = Task.Run(count);
                }
            }

            return kept.IsCompleted ? kept : kept.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Asks the nodes anew from now on.</summary>
    public void Forget()
    {
        lock (gate)
        {
            kept = null;
        }
    }

    private static bool IsCounted(Task<Outcome<CountAnswer>> count) => count.IsCompletedSuccessfully && count.Result.Is(out _, out _);
}

/// <summary>A count as it is answered.</summary>
/// <param name="Body">The whole body, <c>{"ret":1,"data":[…]}</c>, UTF-8 JSON.</param>
/// <param name="Data">The part of it that is the count.</param>
public readonly record struct CountAnswer(byte[] Body, ReadOnlyMemory<byte> Data);
