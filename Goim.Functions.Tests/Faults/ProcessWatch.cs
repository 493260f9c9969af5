using System.Diagnostics;

namespace Goim.Functions.Tests.Faults;

/// <summary>
/// Looks for what a fault leaves behind in this process, which runs the functions: unobserved exceptions, threads and handles.
/// </summary>
internal sealed class ProcessWatch
{
    /// <summary>Allowance for the runtime's pools and the load itself.</summary>
    private const int Slack = 400;
    private readonly List<Exception> unobserved = [];
    private readonly int threads = Process.GetCurrentProcess().Threads.Count;
    private readonly int handles = Handles();

    public ProcessWatch() => TaskScheduler.UnobservedTaskException += (_, seen) =>
    {
        lock (unobserved)
        {
            unobserved.Add(seen.Exception);
        }
    };

    public async Task AssertNoGrowthAsync()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        await Task.Yield();
        GC.Collect();
        lock (unobserved)
        {
            Assert.Empty(unobserved);
        }

        Assert.InRange(Process.GetCurrentProcess().Threads.Count, 0, threads + (Slack / 4));
        Assert.InRange(Handles(), 0, handles + Slack);
    }

    private static int Handles() => Directory.GetFiles("/proc/self/fd").Length;
}

/// <summary>Fault tests run one at a time.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class FaultRuns
{
    public const string Name = "Faults";
}
