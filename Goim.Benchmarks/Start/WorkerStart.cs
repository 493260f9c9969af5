using System.Diagnostics;
using Goim.Benchmarks.Targets;
using Goim.Benchmarks.Worker;

namespace Goim.Benchmarks.Start;

/// <summary>
/// The start of the function app's worker under a stand-in for the Functions host, which does nothing of its own meanwhile.
/// </summary>
internal static class WorkerStart
{
    public static async Task<StartTimes> MeasureAsync(
        string folder, string path, string[] settings, TimeSpan timeout, CancellationToken cancellationToken)
    {
        await using var host = await FunctionsHost.StartAsync(folder, cancellationToken);
        using var http = new HttpClient { BaseAddress = host.Requests };
        var watch = Stopwatch.StartNew();
        host.StartWorker(["KafkaBrokers=127.0.0.1:1", "Router__Nodes__1=http://127.0.0.1:1", .. settings]);
        await UntilAsync(host.Connected);
        var connected = watch.Elapsed;
        await UntilAsync(host.Loaded);
        using var content = new StringContent(new string('m', 100));
        using var response = await http.PostAsync(path, content, cancellationToken);
        var answer = await response.Content.ReadAsStringAsync(cancellationToken);
        return answer.StartsWith("{\"ret\":1", StringComparison.Ordinal)
            ? new(watch.Elapsed, host.Worker.TotalProcessorTime, connected)
            : throw new TargetFailure($"{folder} answered POST {path} with {answer}: expected ret 1.");

        async Task UntilAsync(Task step)
        {
            var ended = host.Worker.WaitForExitAsync(cancellationToken);
            if (await Task.WhenAny(step, ended).WaitAsync(timeout, cancellationToken) == ended)
            {
                throw new TargetFailure($"The worker of {folder} has ended.");
            }

            await step;
        }
    }
}
