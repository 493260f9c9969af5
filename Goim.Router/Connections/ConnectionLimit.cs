using Microsoft.AspNetCore.Connections;

namespace Goim.Router.Connections;

/// <summary>
/// Bounds the connections that a process accepts, so that it never runs out of files. A connection above the limit waits in the operating
/// system's queue until another one ends.
/// </summary>
public sealed class ConnectionLimit : IDisposable
{
    private readonly SemaphoreSlim? places;

    /// <param name="connections">Most connections that are open at once. Null for no limit.</param>
    public ConnectionLimit(int? connections) => places = connections is { } most ? new SemaphoreSlim(most) : null;

    /// <summary>Adds a limit to a host: half of what the process may open, less what it has open when it starts to listen.</summary>
    public static void AddTo(IServiceCollection services)
    {
        services.AddSingleton(static provider => OfProcess(provider.GetRequiredService<ILogger<ConnectionLimit>>()));
        services.AddSingleton<IConnectionListenerFactory, LimitedTransport>();
    }

    /// <summary>Returns when one more connection may be accepted.</summary>
    internal Task EnterAsync(CancellationToken cancellationToken) => places?.WaitAsync(cancellationToken) ?? Task.CompletedTask;

    internal void Leave() => places?.Release();

    /// <inheritdoc/>
    public void Dispose() => places?.Dispose();

    private static ConnectionLimit OfProcess(ILogger logger)
    {
        if (OpenFiles.Limit() is not { } limit)
        {
            return new ConnectionLimit(null);
        }

        // The other half is for what requests open: a caller's request has at most one connection to the storage at a time.
        var connections = Math.Max(1, (limit - OpenFiles.Count()) / 2);
        if (limit < Log.EnoughFiles)
        {
            logger.FewFiles(limit, connections, Log.EnoughFiles);
        }

        return new ConnectionLimit(connections);
    }
}
