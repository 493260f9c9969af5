namespace Goim.LocalHost;

/// <summary>The lifetime of a host inside LocalHost: it does not react to Ctrl+C. LocalHost does, and stops the host in its turn.</summary>
internal sealed class NoLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
