namespace Goim.Comet.Client;

/// <summary>A change of the state of a <see cref="GoimConnection"/>.</summary>
public sealed class GoimStateChangedEventArgs : EventArgs
{
    internal GoimStateChangedEventArgs(GoimConnectionState state, ConnectionEnd? end = null, TimeSpan? retryAfter = null) =>
        (State, Reason, Error, RetryAfter) = (state, end?.Reason, end?.Error, retryAfter);

    /// <summary>The new state.</summary>
    public GoimConnectionState State { get; }

    /// <summary>
    /// Why it is <see cref="GoimConnectionState.Reconnecting"/>, or why it is <see cref="GoimConnectionState.Disconnected"/> for good: one
    /// sentence, without control characters. Null in other states, and after <see cref="GoimConnection.DisposeAsync"/>.
    /// </summary>
    public string? Reason { get; }

    /// <summary>The exception behind <see cref="Reason"/>; null if there was none.</summary>
    public Exception? Error { get; }

    /// <summary>The time until the next attempt while it is <see cref="GoimConnectionState.Reconnecting"/>; null in other states.</summary>
    public TimeSpan? RetryAfter { get; }
}
