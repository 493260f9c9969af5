namespace Goim.Router;

/// <summary>Makes the many calls of an MPut, MDel or MChangeRoom to the store.</summary>
internal static class Pipeline
{
    /// <summary>Maximum number of calls under way.</summary>
    private const int MaxConcurrent = 256;

    /// <summary>
    /// Makes the calls in order. The store sends its command before it awaits anything, so a call does not wait for the one before it.
    /// </summary>
    /// <param name="args">The argument of each call.</param>
    /// <param name="callAsync">Makes a call.</param>
    /// <param name="cancellationToken">Cancelled when the caller is gone: no further call is made. Calls under way end first.</param>
    /// <returns>The results, in order. If a call fails, the exception comes when those under way have ended too.</returns>
    public static async Task<TResult[]> RunAsync<TArg, TResult>(
        IReadOnlyList<TArg> args, Func<TArg, ValueTask<TResult>> callAsync, CancellationToken cancellationToken)
    {
        var results = new TResult[args.Count];
        List<Task> pending = [];
        for (var i = 0; i < results.Length; i++)
        {
            if (i % MaxConcurrent == 0)
            {
                await Task.WhenAll(pending);
                pending.Clear();
                cancellationToken.ThrowIfCancellationRequested();
            }

            var call = callAsync(args[i]);
            if (call.IsCompletedSuccessfully)
            {
                results[i] = call.Result;
            }
            else
            {
                pending.Add(KeepAsync(call, i));
            }
        }

        await Task.WhenAll(pending);
        return results;

        async Task KeepAsync(ValueTask<TResult> call, int place) => results[place] = await call;
    }
}
