namespace Goim.Comet.Delivery;

/// <summary>How far the push topic has been read.</summary>
internal interface ITopicProgress
{
    /// <summary>
    /// Waits until everything that is on the topic now has been read and given to the lanes, or until the time is over.
    /// </summary>
    Task CatchUpAsync(TimeSpan longest, CancellationToken cancellationToken);
}
