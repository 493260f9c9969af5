namespace Goim.Comet.Wire;

/// <summary>Why a connection ended, as it is counted.</summary>
internal enum DisconnectCause
{
    /// <summary>The client closed the connection, or it broke.</summary>
    Client,

    /// <summary>The client broke the protocol.</summary>
    Protocol,

    /// <summary>No token came in time.</summary>
    Handshake,

    /// <summary>The facade refused the token.</summary>
    Refused,

    /// <summary>The facade, a router node or its storage did not answer.</summary>
    Unavailable,

    /// <summary>Nothing came for the heartbeat timeout.</summary>
    NoHeartbeat,

    /// <summary>The queue was full, and a message had to be delivered.</summary>
    TooSlow,

    /// <summary>The client took nothing for 10 s.</summary>
    Stalled,

    /// <summary>The token expired.</summary>
    Expired,

    /// <summary>More connections than allowed.</summary>
    Full,

    /// <summary>The comet did not know its start offsets or the epochs yet.</summary>
    NotReady,

    /// <summary>Too many messages were held while the connection was registered.</summary>
    HeldTooMuch,

    /// <summary>The comet stops.</summary>
    Stop,

    /// <summary>A record on the topic told to close the connection.</summary>
    Kicked,
}
