using System.Collections.Concurrent;
using Goim.Comet.Delivery;
using Goim.Comet.Wire;

namespace Goim.Comet.Clients;

/// <summary>The connections whose clients have not sent a token yet. A stop closes them before the others are closed one by one.</summary>
internal sealed class Handshakes : IHostedLifecycleService
{
    private readonly ConcurrentDictionary<Connection, bool> connections = new();

    public void Add(Connection connection) => connections.TryAdd(connection, true);

    public void Remove(Connection connection) => connections.TryRemove(connection, out _);

    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        foreach (var (connection, _) in connections)
        {
            connection.Close(Farewell.Stopping);
        }

        return Task.CompletedTask;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
