using System.Net.Http;
using System.Net.Sockets;

namespace Goim.Benchmarks.Targets;

/// <summary>Ends a command with one sentence, where what it measures does not start or does not answer.</summary>
internal static class Failing
{
    public static async Task<int> AsSentence(Func<Task<int>> run)
    {
        try
        {
            return await run();
        }
        catch (Exception failure) when (failure is TargetFailure or HttpRequestException or SocketException)
        {
            await Console.Error.WriteLineAsync(failure.Message);
            return 1;
        }
        catch (OperationCanceledException)
        {
            return 130; // As a shell has it for Ctrl+C.
        }
    }
}
