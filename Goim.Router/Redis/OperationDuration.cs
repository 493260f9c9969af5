using System.Diagnostics;
using Goim.Router.Telemetry;

namespace Goim.Router.Redis;

/// <summary>Measures commands and scripts, if somebody collects the measurements.</summary>
/// <param name="metrics">Takes them. Null for nobody.</param>
internal sealed class OperationDuration(RouterMetrics? metrics)
{
    /// <summary>Runs a command.</summary>
    /// <param name="operation">Its name.</param>
    /// <param name="script">The script that it runs. Null for none.</param>
    /// <param name="command">Sends it, and awaits the answer.</param>
    public Task<T> MeasureAsync<T>(string operation, string? script, Func<Task<T>> command) =>
        metrics is { MeasuresOperations: true } measured ? MeasureAsync(measured, operation, script, command) : command();

    private static async Task<T> MeasureAsync<T>(RouterMetrics metrics, string operation, string? script, Func<Task<T>> command)
    {
        var sent = Stopwatch.GetTimestamp();
        var error = "_OTHER";
        try
        {
            var result = await command();
            error = null;
            return result;
        }
        catch (Exception failed) when (RedisFaults.Of(failed) is not null)
        {
            error = failed.GetType().Name;
            throw;
        }
        finally
        {
            metrics.Operated(operation, script, error, Stopwatch.GetElapsedTime(sent));
        }
    }
}
