using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Goim.Functions.Tests.Integration.Documentation;

namespace Goim.Functions.Tests.Hosting;

/// <summary>The function app's worker as the Functions host starts it. In place of the host is a port that takes the connection.</summary>
internal sealed class WorkerProcess : IDisposable
{
    private readonly TcpListener host = new(IPAddress.Loopback, 0);
    private readonly Process process;

    public WorkerProcess(params (string Name, string Value)[] settings)
    {
        host.Start();
        var start = new ProcessStartInfo(
            "dotnet",
            [
                Assembly(), $"--Functions:Worker:HostEndpoint=http://{host.LocalEndpoint}", "--Functions:Worker:WorkerId=1",
                "--Functions:Worker:RequestId=1", "--Functions:Worker:GrpcMaxMessageLength=1000000",
            ])
        {
            RedirectStandardError = true,
            Environment =
            {
                ["KafkaBrokers"] = "127.0.0.1:1",
                ["Router__Nodes__1"] = "http://127.0.0.1:1",
                ["Connect__Tokens"] = "UserId",
            },
        };
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        process = Process.Start(start)!;
    }

    public int ProcessId => process.Id;

    /// <summary>Waits until the worker has started and connects to the host.</summary>
    public async Task UntilConnectedAsync()
    {
        using var limit = new CancellationTokenSource(Eventually.Limit);
        using var connection = await host.AcceptTcpClientAsync(limit.Token);
    }

    /// <summary>Reads standard error up to the line that has <paramref name="text"/> in it.</summary>
    public async Task ReadErrorToAsync(string text)
    {
        using var limit = new CancellationTokenSource(Eventually.Limit);
        var read = "";
        while (await process.StandardError.ReadLineAsync(limit.Token) is { } line)
        {
            read += line + "\n";
            if (line.Contains(text, StringComparison.Ordinal))
            {
                return;
            }
        }

        throw new EndOfStreamException($"'{text}' was not written, but: {read}");
    }

    /// <summary>Waits for the end. Returns the exit code and what the worker wrote to standard error.</summary>
    public async Task<(int Code, string Error)> EndAsync()
    {
        using var limit = new CancellationTokenSource(Eventually.Limit);
        var error = await process.StandardError.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);
        return (process.ExitCode, error);
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
        }

        process.Dispose();
        host.Dispose();
    }

    // From the worker's own output folder, since this folder has the tests' assemblies.
    public static string Assembly()
    {
        var repository = DocumentationTests.Repository();
        var build = Path.GetRelativePath(Path.Combine(repository, "Goim.Functions.Tests"), AppContext.BaseDirectory);
        return Path.Combine(repository, "Goim.Functions", build, "Goim.Functions.dll");
    }
}
