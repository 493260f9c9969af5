using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Azure.Storage.Queues;

namespace Goim.Functions.Tests.Hosting;

/// <summary>An Azurite process: blobs and queues on ports of its own, and many accounts whose key is generated for each run.</summary>
internal sealed partial class Azurite : IAzurite
{
    private const int Accounts = 80, Terminate = 15;
    private readonly string key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
    private readonly string folder = Directory.CreateTempSubdirectory("azurite-").FullName;
    private readonly int[] ports = [Ports.Next(), Ports.Next(), Ports.Next()];
    private Process? process;
    private int accounts;

    /// <summary>The program, in the folder that <c>./test</c> installs it to or on the PATH; null if it is in neither.</summary>
    public static string? Program { get; } = Candidates().FirstOrDefault(File.Exists);

    /// <summary>Why a test is skipped; null if it is not.</summary>
    public static string? Missing => Program is null ? "Azurite is not installed (npm install --prefix .azurite azurite@3.37.0)." : null;

    public string ConnectionString => ConnectionTo(Name(0));

    public static async Task<Azurite> StartAsync()
    {
        var azurite = new Azurite();
        await azurite.RestartAsync();
        return azurite;
    }

    /// <summary>An account that no other test has.</summary>
    public ITestStorage NewAccount() => Interlocked.Increment(ref accounts) is var account and < Accounts
        ? new Account(ConnectionTo(Name(account)))
        : throw new InvalidOperationException($"All {Accounts} accounts are given.");

    public QueueClient Queue(string name) => new(ConnectionString, name);

    /// <summary>Starts or restarts it with the data that it had.</summary>
    public async Task RestartAsync()
    {
        var start = new ProcessStartInfo(Program!,
        [
            "--silent", "--skipApiVersionCheck", "--disableTelemetry", "--location", folder,
            "--blobHost", "127.0.0.1", "--blobPort", $"{ports[0]}",
            "--queueHost", "127.0.0.1", "--queuePort", $"{ports[1]}",
            "--tableHost", "127.0.0.1", "--tablePort", $"{ports[2]}",
        ]);
        start.Environment["AZURITE_ACCOUNTS"] = string.Join(';', Enumerable.Range(0, Accounts).Select(account => $"{Name(account)}:{key}"));
        process = Process.Start(start)!;
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                foreach (var port in ports[..2])
                {
                    using var tcp = new TcpClient();
                    await tcp.ConnectAsync(IPAddress.Loopback, port);
                }

                return;
            }
            catch (SocketException) when (Stopwatch.GetElapsedTime(began) < Eventually.Limit && !process.HasExited)
            {
                await timer.WaitForNextTickAsync();
            }
        }
    }

    /// <summary>Stops it gracefully: killed, it would lose what it has not written yet.</summary>
    public async Task StopAsync()
    {
        if (process is { HasExited: false })
        {
            Assert.Equal(0, Kill(process.Id, Terminate));
            await process.WaitForExitAsync();
        }

        process?.Dispose();
        process = null;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(folder, recursive: true);
    }

    private static string Name(int account) => $"goim{account}";

    private string ConnectionTo(string account) =>
        $"DefaultEndpointsProtocol=http;AccountName={account};AccountKey={key};"
        + $"BlobEndpoint=http://127.0.0.1:{ports[0]}/{account};QueueEndpoint=http://127.0.0.1:{ports[1]}/{account};";

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);

    private static IEnumerable<string> Candidates()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            yield return Path.Combine(folder, ".azurite", "node_modules", ".bin", "azurite");
        }

        foreach (var folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'))
        {
            yield return Path.Combine(folder, "azurite");
        }
    }

    /// <summary>Nothing to dispose: the account ends with its process.</summary>
    private sealed record Account(string ConnectionString) : ITestStorage
    {
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
