using System.Diagnostics;
using Goim.Protocol;
using Goim.Router;
using Grpc.Core;
using Grpc.Net.Client;

namespace Goim.Functions.Tests.Hosting;

/// <summary>A router node as its user runs it: a process, which can be killed, stopped and started again on its address.</summary>
internal sealed class RouterProcess : IAsyncDisposable
{
    private readonly GrpcChannel channel;
    private readonly string[] settings;
    private readonly FakedClock? clock;
    private int? files;
    private Process? process;

    private RouterProcess(string[] settings, FakedClock? clock = null)
    {
        this.settings = settings;
        this.clock = clock;
        Address = $"http://127.0.0.1:{Ports.Next()}";
        channel = GrpcChannel.ForAddress(
            Address,
            new GrpcChannelOptions
            {
                MaxReconnectBackoff = TimeSpan.FromMilliseconds(200),
                InitialReconnectBackoff = TimeSpan.FromMilliseconds(50),
            });
        Client = new RouterRPC.RouterRPCClient(channel);
    }

    public string Address { get; }

    public RouterRPC.RouterRPCClient Client { get; }

    public int ProcessId => process!.Id;

    /// <param name="store">RouterNode__Store.</param>
    /// <param name="redis">RouterNode__Redis.</param>
    public static Task<RouterProcess> StartAsync(string store = "memory", string redis = "") =>
        StartAsync((FakedClock?)null, $"--RouterNode:Store={store}", $"--RouterNode:Redis={redis}");

    /// <param name="limit">Limit of open files (<c>ulimit -n</c>).</param>
    public static async Task<RouterProcess> StartWithFilesAsync(int limit)
    {
        var node = new RouterProcess([]) { files = limit };
        await node.RestartAsync();
        return node;
    }

    /// <param name="clock">The process' time of day; null for the machine's.</param>
    /// <param name="settings">Its settings.</param>
    public static async Task<RouterProcess> StartAsync(FakedClock? clock, params string[] settings)
    {
        var node = new RouterProcess(settings, clock);
        await node.RestartAsync();
        return node;
    }

    /// <param name="others">Settings that replace those of the first start.</param>
    public async Task RestartAsync(params string[] others)
    {
        string[] args = [typeof(RouterNode).Assembly.Location, "--urls", Address, .. others.Length > 0 ? others : settings];
        var start = files is { } limit
            ? new ProcessStartInfo("env", [.. FewFiles.Before(limit), "dotnet", .. args])
            : new ProcessStartInfo("dotnet", args);
        start.RedirectStandardOutput = true;
        clock?.AddTo(start.Environment);
        process = Process.Start(start)!;
        while (await process.StandardOutput.ReadLineAsync() is { } line && !line.StartsWith("Router node on", StringComparison.Ordinal))
        {
            // Logging.
        }

        var deadline = DateTime.UtcNow + Eventually.Limit;
        try
        {
            await Client.PingAsync(new NoArg(), new CallOptions(deadline: deadline).WithWaitForReady());
        }
        catch (RpcException refused) when (refused.StatusCode == StatusCode.Unauthenticated)
        {
            // A node with a token answers too.
        }
    }

    /// <summary>Kills it with SIGKILL: its sessions in memory are lost.</summary>
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

    /// <summary>Freezes the process: it still takes connections, and answers no call.</summary>
    public Task FreezeAsync() => FrozenProcess.FreezeAsync(process!);

    public void Thaw() => FrozenProcess.Thaw(process!);

    public async ValueTask DisposeAsync()
    {
        channel.Dispose();
        await KillAsync();
    }
}
