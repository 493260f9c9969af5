using System.Net.Sockets;

namespace Goim.Benchmarks.Targets;

/// <summary>Runs a command's action. Prints an expected failure of the measured target as one sentence.</summary>
internal static class CommandRunner
{
    /// <summary>Exit code of a process that Ctrl+C ended, as shells report it.</summary>
    private const int Interrupted = 130;

    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(Func<Task<int>> action)
    {
        try
        {
            return await action();
        }
        catch (Exception failure) when (failure is TargetFailure or HttpRequestException or SocketException)
        {
            await Console.Error.WriteLineAsync(failure.Message);
            return 1;
        }
        catch (OperationCanceledException)
        {
            return Interrupted;
        }
    }
}
