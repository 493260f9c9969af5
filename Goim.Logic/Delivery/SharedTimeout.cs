namespace Goim.Logic.Delivery;

/// <summary>
/// Limits waits for librdkafka's reports. librdkafka's delivery timeout decides about a record, and ends before: this limit is for a report
/// that does not come. Waits that begin within the same second end together, because a timer for each would cost more than the wait.
/// </summary>
/// <param name="timeout">How long each wait may last. It may last up to a second longer.</param>
/// <param name="stopped">Ends all waits.</param>
internal sealed class SharedTimeout(TimeSpan timeout, CancellationToken stopped)
{
    private static readonly TimeSpan Shared = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private CancellationToken current;
    private long began;

    /// <summary>The end of a wait that begins now.</summary>
    public CancellationToken Begin()
    {
        lock (gate)
        {
            if (began == 0 || TimeProvider.System.GetElapsedTime(began) >= Shared)
            {
                began = TimeProvider.System.GetTimestamp();
                var end = CancellationTokenSource.CreateLinkedTokenSource(stopped);
                end.CancelAfter(timeout + Shared);
                current = end.Token;
                current.Register(end.Dispose); // Runs at once if the stop has already come.
            }

            return current;
        }
    }
}
