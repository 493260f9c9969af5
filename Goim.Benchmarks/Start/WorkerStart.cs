using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Goim.Benchmarks.Start;

/// <summary>
/// The start of the function app's worker, as far as it is the app's own: from the start of its process until it connects to the Functions
/// host. In place of the host is a port that takes the connection.
/// </summary>
internal static class WorkerStart
{
    private const string Program = "Goim.Functions.dll";

    public static bool IsIn(string folder) => File.Exists(Path.Combine(folder, Program));

    public static async Task<(double Ms, double CpuMs)> MeasureAsync(string folder, string[] settings, CancellationToken cancellationToken)
    {
        using var host = new TcpListener(IPAddress.Loopback, 0);
        host.Start();
        var start = new ProcessStartInfo(
            "dotnet",
            [
                Path.GetFullPath(Path.Combine(folder, Program)), $"--Functions:Worker:HostEndpoint=http://{host.LocalEndpoint}",
                "--Functions:Worker:WorkerId=1", "--Functions:Worker:RequestId=1", "--Functions:Worker:GrpcMaxMessageLength=1000000",
            ])
        {
            WorkingDirectory = folder,
            Environment = { ["KafkaBrokers"] = "127.0.0.1:1", ["Router__Nodes__1"] = "http://127.0.0.1:1" },
        };
        foreach (var setting in settings.Select(setting => setting.Split('=', 2)))
        {
            start.Environment[setting[0]] = setting[^1];
        }

        var watch = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        try
        {
            using var connection = await host.AcceptTcpClientAsync(cancellationToken);
            return (watch.Elapsed.TotalMilliseconds, process.TotalProcessorTime.TotalMilliseconds);
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }
}
