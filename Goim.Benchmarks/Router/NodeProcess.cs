using System.Diagnostics;
using Goim.Protocol;
using Grpc.Net.Client;

namespace Goim.Benchmarks.Router;

/// <summary>A router node in a separate process, with one session for each user.</summary>
internal sealed class NodeProcess : IAsyncDisposable
{
    /// <summary>The user that <see cref="PutSessionsAsync"/> gives sessions to. The other users' ids start at 1.</summary>
    public const long BusyUser = 0;

    private const int Servers = 10, Rooms = 1_000, PutsPerCall = 10_000;

    private readonly Process process;

    private NodeProcess(Process process, string address) => (this.process, Address) = (process, address);

    public string Address { get; }

    /// <summary>CPU time of the process since its start.</summary>
    public TimeSpan CpuTime
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    /// <summary>Starts a node and puts the sessions.</summary>
    /// <param name="program">Path of Goim.Router.dll, of this build or of another one.</param>
    /// <param name="users">Number of users; their ids start at 1.</param>
    public static async Task<NodeProcess> StartAsync(string program, int users)
    {
        var start = new ProcessStartInfo("dotnet", [program, "--urls", "http://127.0.0.1:0"])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = Path.GetDirectoryName(program),
        };
        start.Environment["Logging__LogLevel__Default"] = "Warning";
        start.Environment["RouterNode__MaxSessionsPerUser"] = "0";
        var process = Process.Start(start)!;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("Router node on ", StringComparison.Ordinal))
            {
                _ = process.StandardOutput.ReadToEndAsync();
                var node = new NodeProcess(process, line.Split(' ')[3]);
                await node.PutAsync(Enumerable.Range(1, users).Select(id => Session(id, id)));
                return node;
            }
        }

        throw new InvalidOperationException($"{program} did not start.");
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    /// <summary>Puts sessions of one user.</summary>
    public Task PutSessionsAsync(int count) => PutAsync(Enumerable.Range(0, count).Select(i => Session(BusyUser, i)));

    private static PutArg Session(long userId, int i) => new() { UserId = userId, Server = i % Servers, RoomId = i % Rooms };

    private async Task PutAsync(IEnumerable<PutArg> sessions)
    {
        using var channel = GrpcChannel.ForAddress(Address);
        var client = new RouterRPC.RouterRPCClient(channel);
        foreach (var puts in sessions.Chunk(PutsPerCall))
        {
            await client.MPutAsync(new MPutArg { Puts = { puts } });
        }
    }
}
