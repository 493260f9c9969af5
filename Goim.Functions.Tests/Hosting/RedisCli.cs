using System.Diagnostics;

namespace Goim.Functions.Tests.Hosting;

/// <summary>Runs redis-cli, which is installed with redis-server.</summary>
internal static class RedisCli
{
    /// <summary>Runs it, and returns its exit code and its output. An error of a Redis command is output with exit code 0.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(params string[] args)
    {
        using var cli = Process.Start(
            new ProcessStartInfo("redis-cli", args) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = cli.StandardError.ReadToEndAsync();
        var output = await cli.StandardOutput.ReadToEndAsync();
        await cli.WaitForExitAsync();
        return (cli.ExitCode, output + await errors);
    }

    /// <summary>Sends one command to a server on 127.0.0.1, and returns its reply as redis-cli prints it into a pipe.</summary>
    public static async Task<string> CommandAsync(int port, params string[] command) =>
        (await RunAsync(["-p", $"{port}", .. command])).Output.Trim();
}
