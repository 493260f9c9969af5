namespace Goim.Comet.Client;

/// <summary>The client is disconnected for good: the next attempt to connect would end in the same way.</summary>
public sealed class GoimDisconnectedException : Exception
{
    public GoimDisconnectedException()
    {
    }

    /// <param name="message">Why: one sentence, without control characters.</param>
    public GoimDisconnectedException(string message)
        : base(message)
    {
    }

    /// <param name="message">Why: one sentence, without control characters.</param>
    /// <param name="innerException">The exception behind it.</param>
    public GoimDisconnectedException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
