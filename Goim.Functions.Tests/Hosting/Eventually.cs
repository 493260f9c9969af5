using System.Diagnostics;

namespace Goim.Functions.Tests.Hosting;

/// <summary>Waits for a condition, however long a busy machine takes.</summary>
internal static class Eventually
{
    /// <summary>Limit of every wait in a test: a condition not met by then has failed.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <param name="condition">What is waited for.</param>
    /// <param name="limit">A shorter limit, in a fault test about a time.</param>
    public static async Task UntilAsync(Func<Task<bool>> condition, TimeSpan? limit = null)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        var start = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < (limit ?? Limit), "it did not come to that");
            await timer.WaitForNextTickAsync();
        }
    }

    public static Task UntilAsync(Func<bool> condition) => UntilAsync(() => Task.FromResult(condition()));
}
