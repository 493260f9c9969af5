using System.Diagnostics;

namespace Goim.Functions.Tests.Hosting;

/// <summary>A redis-server process on a port of its own, which can be killed and started again over its files.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("redis-").FullName;
    private readonly string[] options;
    private bool isTls;
    private string[] configuration = [];
    private Process? process;

    private RedisServer(string[] options) => this.options = options;

    /// <summary>The program; null if it is not installed.</summary>
    public static string? Program { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(':')
        .Select(folder => Path.Combine(folder, "redis-server"))
        .FirstOrDefault(File.Exists);

    /// <summary>Why a test is skipped; null if it is not.</summary>
    public static string? Missing => Program is null ? "redis-server is not installed (Debian: apt-get install redis-server)." : null;

    public int Port { get; } = Ports.Next();

    public string Address => $"127.0.0.1:{Port}";

    /// <summary>For <c>RouterNode__Redis</c>, with timeouts that are long enough for a busy machine.</summary>
    public string Setting => $"{Address},connectTimeout=30000,asyncTimeout=30000";

    /// <summary>For a server that the test restarts: StackExchange.Redis retries only after its connect timeout.</summary>
    public string RestartSetting => $"{Address},connectTimeout=1000,asyncTimeout=30000";

    /// <param name="options">Further command-line options, besides port and folder.</param>
    public static async Task<RedisServer> StartAsync(params string[] options)
    {
        var server = new RedisServer(options);
        await server.RestartAsync();
        return server;
    }

    /// <summary>With TLS alone, and the password <c>s3cret</c>.</summary>
    public static async Task<RedisServer> StartTlsAsync(TestCertificates certificates)
    {
        var server = new RedisServer(
        [
            "--tls-cert-file", certificates.ServerFile,
            "--tls-key-file", certificates.KeyFile,
            "--tls-ca-cert-file", certificates.AuthorityFile,
            "--tls-auth-clients", "no",
            "--requirepass", "s3cret",
        ])
        {
            isTls = true,
        };
        await server.RestartAsync();
        return server;
    }

    /// <summary>A Redis Sentinel.</summary>
    /// <param name="lines">Lines of its configuration file, which it rewrites.</param>
    public static async Task<RedisServer> StartSentinelAsync(params string[] lines)
    {
        var sentinel = new RedisServer(["--sentinel"]);
        var file = Path.Combine(sentinel.folder, "sentinel.conf");
        await File.WriteAllLinesAsync(file, lines);
        sentinel.configuration = [file];
        await sentinel.RestartAsync();
        return sentinel;
    }

    // With --appendfsync always, every answered write is in the append-only file (if there is one). Otherwise a kill may lose the writes
    // of the last second.
    public async Task RestartAsync()
    {
        string[] args =
        [
            .. configuration, "--bind", "127.0.0.1", "--port", isTls ? "0" : $"{Port}", "--tls-port", isTls ? $"{Port}" : "0",
            "--dir", folder, "--save", "", "--appendfsync", "always", "--daemonize", "no", .. options,
        ];
        process = Process.Start(new ProcessStartInfo(Program!, args) { RedirectStandardOutput = true })!;
        while (await process.StandardOutput.ReadLineAsync() is { } line && !IsReady(line))
        {
            // Its banner.
        }

        _ = process.StandardOutput.ReadToEndAsync();
    }

    /// <summary>Kills it with SIGKILL.</summary>
    public async Task KillAsync()
    {
        if (process is { HasExited: false })
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        process?.Dispose();
        process = null;
    }

    /// <summary>Sends a command as redis-cli does, and returns its reply as text: an array has one element a line.</summary>
    public Task<string> CommandAsync(params string[] command) => RedisCli.CommandAsync(Port, command);

    /// <summary>Sends a command that is answered with OK.</summary>
    public async Task ExecuteAsync(params string[] command) => Assert.Equal("OK", await CommandAsync(command));

    /// <summary>Its role: <c>master</c> or <c>slave</c>. Empty if it does not run.</summary>
    public async Task<string> RoleAsync()
    {
        var role = (await CommandAsync("role")).Split('\n')[0];
        return role is "master" or "slave" ? role : "";
    }

    /// <summary>Number of replicas that are connected to it and have its data.</summary>
    public async Task<int> OnlineReplicasAsync() =>
        (await CommandAsync("info", "replication")).Split('\n').Count(line => line.Contains("state=online", StringComparison.Ordinal));

    /// <summary>Freezes the process: it keeps its connections, and answers nothing.</summary>
    public Task FreezeAsync() => FrozenProcess.FreezeAsync(process!);

    /// <summary>Empties it.</summary>
    public Task FlushAsync() => ExecuteAsync("FLUSHALL");

    private static bool IsReady(string line) =>
        line.Contains("Ready to accept connections", StringComparison.Ordinal)
        || line.Contains("Sentinel ID is", StringComparison.Ordinal);

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Directory.Delete(folder, recursive: true);
    }
}
