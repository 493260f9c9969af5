using Goim.Settings;
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

    /// <summary>Adds a limit to a host: half of what the process may still open when it starts to listen, less a reserve.</summary>
    /// <param name="services">The services of the host.</param>
    /// <param name="reserve">Files that the process opens later, besides those of its callers' requests.</param>
    public static void AddTo(IServiceCollection services, int reserve)
    {
        services.AddSingleton(provider => OfProcess(provider.GetRequiredService<ILogger<ConnectionLimit>>(), reserve));
        services.AddSingleton<IConnectionListenerFactory, LimitedTransport>();
    }

    /// <summary>Returns when one more connection may be accepted.</summary>
    internal Task EnterAsync(CancellationToken cancellationToken) => places?.WaitAsync(cancellationToken) ?? Task.CompletedTask;

    internal void Leave() => places?.Release();

    /// <inheritdoc/>
    public void Dispose() => places?.Dispose();

    private static ConnectionLimit OfProcess(ILogger logger, int reserve)
    {
        if (OpenFiles.Limit() is not { } limit || OpenFiles.Free() is not { } free)
        {
            return new ConnectionLimit(null);
        }

        // The other half is for what requests open: a caller's request has at most one connection to the storage at a time.
        var connections = Math.Max(1, (free - reserve) / 2);
        if (limit < Log.EnoughFiles)
        {
            logger.FewFiles(limit, connections, Log.EnoughFiles);
        }

        return new ConnectionLimit(connections);
    }
}
