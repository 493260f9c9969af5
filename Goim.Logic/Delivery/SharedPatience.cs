namespace Goim.Logic.Delivery;

/// <summary>Ends waits that last too long: those that began within a second end together, since a timer for each would cost more than the waiting.</summary>
/// <param name="patience">How long each may last, and up to a second more.</param>
/// <param name="stopped">Ends them all.</param>
internal sealed class SharedPatience(TimeSpan patience, CancellationToken stopped)
{
    private static readonly TimeSpan Together = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private CancellationToken current;
    private long began;

    /// <summary>The end of a wait that begins now.</summary>
    public CancellationToken Begin()
    {
        lock (gate)
        {
            if (began == 0 || TimeProvider.System.GetElapsedTime(began) >= Together)
            {
                began = TimeProvider.System.GetTimestamp();
                var ends = CancellationTokenSource.CreateLinkedTokenSource(stopped);
                ends.CancelAfter(patience + Together);
                current = ends.Token;
                current.Register(ends.Dispose); // At once, after the stop.
            }

            return current;
        }
    }
}
