namespace Goim.Comet.Delivery;

/// <summary>Outcome of a message for one connection.</summary>
internal enum Delivered
{
    /// <summary>It is sent, or waits.</summary>
    Taken,

    /// <summary>It is sent, and a merge window has begun.</summary>
    WindowOpened,

    /// <summary>The queue is full. The message is dropped and counted.</summary>
    Dropped,

    /// <summary>The queue is full, and the message must not be dropped: the connection has to be closed.</summary>
    TooSlow,

    /// <summary>The connection is closing.</summary>
    Closed,
}
