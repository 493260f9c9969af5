namespace Goim.Comet.Delivery;

/// <summary>The way to one client: what a connection's outbox writes to. Only one write is under way at a time.</summary>
internal abstract class Outlet
{
    /// <summary>Sends as much as the connection takes at once, and returns the number of bytes; -1 if the connection is broken.</summary>
    public abstract int TrySend(ReadOnlySpan<byte> bytes);

    /// <summary>Sends all bytes.</summary>
    /// <exception cref="IOException">The connection is broken.</exception>
    public abstract ValueTask SendAsync(ReadOnlyMemory<byte> bytes);

    /// <summary>Ends the sending side after the last write, so that the client sees the end.</summary>
    public abstract void EndSending();

    /// <summary>Ends the connection at once. The reading side ends too.</summary>
    public abstract void Abort();
}
