namespace Goim.Comet.Client;

/// <summary>The room is not changed, or the comet has not answered before the connection ended.</summary>
public sealed class GoimRoomException : Exception
{
    public GoimRoomException()
    {
    }

    /// <param name="message">Why: the comet's own words, or what has happened to the connection.</param>
    public GoimRoomException(string message)
        : base(message)
    {
    }

    /// <param name="message">Why: the comet's own words, or what has happened to the connection.</param>
    /// <param name="innerException">The exception behind it.</param>
    public GoimRoomException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
