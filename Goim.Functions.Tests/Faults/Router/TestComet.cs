using System.Collections.Concurrent;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Faults.Router;

/// <summary>A comet as docs/comets.md describes it, without clients: it connects users and restores them when an epoch changes.</summary>
internal sealed class TestComet(TestHost host, int server) : IDisposable
{
    private readonly ConcurrentDictionary<string, long> connections = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim restoring = new(1);
    private string epochs = "";
    private int restores;

    /// <summary>The users that it holds, by key.</summary>
    public IReadOnlyDictionary<string, long> Connections => connections;

    public int Restores => restores;

    /// <summary>Connects a user, however often it takes.</summary>
    public async Task ConnectAsync(long user)
    {
        while (true)
        {
            var before = Volatile.Read(ref restores);
            var answer = await host.PostAsync("/1/connect", $$"""{"token":"{{user}}","server":{{server}}}""");

            // A node that has started again gives numbers again: a connect that got a key that is held is asked again.
            if (answer.Ret() == 1 && connections.TryAdd(answer.GetProperty("data").GetProperty("key").GetString()!, user))
            {
                // The node may have forgotten this connection before it was restored with the others.
                while (before != Volatile.Read(ref restores) && !await RestoreAsync())
                {
                    // A node is away again.
                }

                return;
            }
        }
    }

    /// <summary>Sends heartbeats until it is told to stop.</summary>
    public async Task HeartbeatsAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (!stop.IsCancellationRequested && await timer.WaitForNextTickAsync(CancellationToken.None))
        {
            await HeartbeatAsync();
        }
    }

    /// <summary>One heartbeat, and a restore if an epoch has changed. False if a node did not answer.</summary>
    public async Task<bool> HeartbeatAsync()
    {
        var answer = await host.PostAsync("/1/heartbeat", $$"""{"server":{{server}}}""");
        if (answer.Ret() != 1)
        {
            return false;
        }

        var now = answer.GetProperty("data").GetProperty("epochs").GetRawText();
        if (now != epochs)
        {
            Interlocked.Increment(ref restores);
            if (!await RestoreAsync())
            {
                return false;
            }
        }

        epochs = now;
        return true;
    }

    public void Dispose() => restoring.Dispose();

    private async Task<bool> RestoreAsync()
    {
        await restoring.WaitAsync();
        try
        {
            var held = connections.ToArray();
            if (held.Length == 0)
            {
                return true;
            }

            var puts = held.Select(connection => $$"""{"key":"{{connection.Key}}","server":{{server}},"roomId":1}""");
            var answer = await host.PostAsync("/1/router/mput", $$"""{"puts":[{{string.Join(',', puts)}}]}""");
            var keys = answer.GetProperty("data").GetProperty("keys").EnumerateArray().Select(key => key.GetString());
            foreach (var (connection, key) in held.Zip(keys).Where(pair => pair.Second is not null && pair.Second != pair.First.Key))
            {
                connections[key!] = connection.Value;
                connections.TryRemove(connection.Key, out _);
            }

            return answer.Ret() == 1;
        }
        finally
        {
            restoring.Release();
        }
    }
}
