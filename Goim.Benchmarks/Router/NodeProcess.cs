using System.Diagnostics;
using Goim.Protocol;
using Grpc.Core;
using Grpc.Net.Client;

namespace Goim.Benchmarks.Router;

/// <summary>A router node in a separate process, with one session for each user.</summary>
internal sealed class NodeProcess : IAsyncDisposable
{
    /// <summary>Number of comet servers that the sessions are spread over.</summary>
    public const int Servers = 10;

    private const int Rooms = 1_000, PutsPerCall = 10_000;

    private readonly Process process;
    private readonly bool isOverRedis;

    // Over Redis, random ids: other sessions in it are neither read nor changed.
    private NodeProcess(Process process, string address, bool isOverRedis)
    {
        (this.process, this.isOverRedis, Address) = (process, isOverRedis, address);
        (BusyUser, FirstServer) = isOverRedis
            ? (Random.Shared.NextInt64(1L << 40, 1L << 60), Random.Shared.Next(1 << 20, 1 << 30))
            : (0, 0);
    }

    public string Address { get; }

    /// <summary>The user that <see cref="PutSessionsAsync"/> gives sessions to. The other users' ids follow.</summary>
    public long BusyUser { get; }

    /// <summary>The lowest id of the comet servers.</summary>
    public int FirstServer { get; }

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
    /// <param name="users">Number of users.</param>
    /// <param name="redis">RouterNode__Redis; null for a node that keeps its sessions in memory.</param>
    public static async Task<NodeProcess> StartAsync(string program, int users, string? redis = null)
    {
        var start = new ProcessStartInfo("dotnet", [program, "--urls", "http://127.0.0.1:0"])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = Path.GetDirectoryName(program),
        };
        start.Environment["Logging__LogLevel__Default"] = "Warning";
        start.Environment["RouterNode__MaxSessionsPerUser"] = "0";

        // Its calls come from this process only.
        start.Environment["RouterNode__Token"] = "";
        if (redis is not null)
        {
            start.Environment["RouterNode__Store"] = "redis";
            start.Environment["RouterNode__Redis"] = redis;
        }

        var process = Process.Start(start)!;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("Router node on ", StringComparison.Ordinal))
            {
                _ = process.StandardOutput.ReadToEndAsync();
                var node = new NodeProcess(process, line.Split(' ')[3], redis is not null);
                await node.PutAsync(Enumerable.Range(1, users).Select(id => node.Session(node.BusyUser + id, seq: 0)));
                return node;
            }
        }

        throw new InvalidOperationException($"{program} did not start.");
    }

    /// <summary>Ends the process. Over Redis, deletes the sessions before.</summary>
    public async ValueTask DisposeAsync()
    {
        if (isOverRedis)
        {
            await DeleteSessionsAsync();
        }

        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    /// <summary>Puts sessions of one user, spread over the comet servers.</summary>
    public Task PutSessionsAsync(int count) => PutAsync(Enumerable.Range(0, count).Select(i =>
        new PutArg { UserId = BusyUser, Server = FirstServer + (i % Servers), RoomId = i % Rooms }));

    /// <summary>A put for a user.</summary>
    public PutArg Session(long userId, int seq) => new()
    {
        UserId = userId,
        Server = FirstServer + (int)(userId % Servers),
        RoomId = (int)(userId % Rooms),
        Seq = seq,
    };

    private async Task PutAsync(IEnumerable<PutArg> sessions)
    {
        using var channel = GrpcChannel.ForAddress(Address);
        var client = new RouterRPC.RouterRPCClient(channel);
        foreach (var puts in sessions.Chunk(PutsPerCall))
        {
            await client.MPutAsync(new MPutArg { Puts = { puts } });
        }
    }

    private async Task DeleteSessionsAsync()
    {
        using var channel = GrpcChannel.ForAddress(Address);
        var client = new RouterRPC.RouterRPCClient(channel);
        try
        {
            for (var i = 0; i < Servers; i++)
            {
                await client.DelServerAsync(new DelServerArg { Server = FirstServer + i });
            }
        }
        catch (RpcException failed)
        {
            Console.Error.WriteLine(
                $"Sessions of the servers {FirstServer} to {FirstServer + Servers - 1} are left in Redis: {failed.Status.Detail}");
        }
    }
}
