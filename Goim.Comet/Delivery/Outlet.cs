namespace Goim.Comet.Delivery;

/// <summary>The way to one client: what a connection's outbox writes to. Only one write is under way at a time.</summary>
internal abstract class Outlet
{
    /// <summary>
    /// Bytes that the client's machine has acknowledged since the begin of the connection. 0 where the operating system does not tell.
    /// </summary>
    public abstract long Acknowledged { get; }

    /// <summary>Sends as much as the connection takes at once, and returns the number of bytes; -1 if the connection is broken.</summary>
    public abstract int TrySend(ReadOnlySpan<byte> bytes);

    /// <summary>Sends all bytes.</summary>
    /// <exception cref="IOException">The connection is broken.</exception>
    public abstract ValueTask SendAsync(ReadOnlyMemory<byte> bytes);

    /// <summary>Ends the sending side after the last write, so that the client sees the end.</summary>
    public abstract void EndSending();

    /// <summary>Ends the reading side, and with it the connection. What the operating system has is still sent.</summary>
    public abstract void EndReading();

    /// <summary>Ends the connection at once. What is not sent is lost.</summary>
    public abstract void Abort();
}
