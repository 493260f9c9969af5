using System.Threading.Channels;
using Goim.Protocol;

namespace Goim.Comet.Registration;

/// <summary>
/// Calls of connects whose outcome is not known and whose clients are told to come back. They are repeated with the same request ids
/// until they are answered, and what they have connected is disconnected.
/// </summary>
internal sealed class AbandonedConnects(
    FacadeClient facade, Disconnects disconnects, ILogger<AbandonedConnects> logger) : BackgroundService
{
    private const long MaxBytes = 16 * 1024 * 1024;

    /// <summary>How long the facade knows a request id, less the time of a call.</summary>
    private const int LifetimeMs = 55_000;

    private const string Route = "/1/connects";
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(5), RetryDelay = TimeSpan.FromSeconds(1);
    private readonly Channel<Call> waiting = Channel.CreateUnbounded<Call>();
    private readonly LogLimit forgotten = new();
    private long bytes;

    /// <summary>Adds a call.</summary>
    /// <param name="body">Its body, which is copied.</param>
    /// <param name="count">Clients in it.</param>
    /// <param name="begun">When it was made first, by Environment.TickCount64.</param>
    public void Add(ReadOnlyMemory<byte> body, int count, long begun)
    {
        if (Interlocked.Add(ref bytes, body.Length) > MaxBytes)
        {
            Interlocked.Add(ref bytes, -body.Length);
            Forget(count);
            return;
        }

        waiting.Writer.TryWrite(new Call(body.ToArray(), count, begun));
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        while (waiting.Reader.TryRead(out var call))
        {
            Forget(call.Count);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (await waiting.Reader.WaitToReadAsync(stoppingToken))
        {
            for (var left = waiting.Reader.Count; left > 0 && waiting.Reader.TryRead(out var call); left--)
            {
                await RepeatAsync(call, stoppingToken);
            }

            await Task.Delay(RetryDelay, stoppingToken);
        }
    }

    private async Task RepeatAsync(Call call, CancellationToken stoppingToken)
    {
        var reply = await facade.PostAsync(
            Route, call.Body, FacadeJson.Default.FacadeAnswerConnectsData, CallTimeout, stoppingToken);
        if (reply is { IsDone: true, Data.Clients: { } clients })
        {
            Interlocked.Add(ref bytes, -call.Body.Length);
            foreach (var client in clients)
            {
                if (SubKey.TryParse(client.Key, out var key))
                {
                    await disconnects.AddUnusedAsync(key);
                }
            }
        }
        else if (Environment.TickCount64 - call.Begun < LifetimeMs)
        {
            waiting.Writer.TryWrite(call);
        }
        else
        {
            Interlocked.Add(ref bytes, -call.Body.Length);
            Forget(call.Count);
        }
    }

    private void Forget(int count)
    {
        if (forgotten.IsDue(out var leftOut))
        {
            logger.ConnectsForgotten(count, leftOut);
        }
    }

    private sealed record Call(byte[] Body, int Count, long Begun);
}
