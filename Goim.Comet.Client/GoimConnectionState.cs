namespace Goim.Comet.Client;

/// <summary>What a <see cref="GoimConnection"/> does.</summary>
public enum GoimConnectionState
{
    /// <summary>Not connected: before the connect, after the comet has refused the client for good, or closed.</summary>
    Disconnected,

    /// <summary>An attempt to connect is under way.</summary>
    Connecting,

    /// <summary>The comet has accepted the token.</summary>
    Connected,

    /// <summary>The connection broke, or could not be made. It waits for the next attempt.</summary>
    Reconnecting,
}
