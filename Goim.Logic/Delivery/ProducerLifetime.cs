using Microsoft.Extensions.Hosting;

namespace Goim.Logic.Delivery;

/// <summary>
/// Makes our own producer at the start, so that it connects before the first push, and closes it before the server stops.
/// </summary>
internal sealed class ProducerLifetime(RecordProducer producer) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        producer.Open();
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => producer.FlushAndCloseAsync();

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
