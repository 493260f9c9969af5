namespace Goim.Router;

/// <summary>The outcome of a put.</summary>
/// <param name="Seq">The session's seq; 0 if the put is refused.</param>
/// <param name="Refusal">Why the put is refused.</param>
internal readonly record struct PutResult(int Seq, PutRefusal Refusal)
{
    public static implicit operator PutResult(int seq) => new(seq, PutRefusal.None);

    public static implicit operator PutResult(PutRefusal refusal) => new(0, refusal);
}

/// <summary>Why a put is refused. The numbers are those that the scripts in Redis return.</summary>
internal enum PutRefusal
{
    None = 0,

    /// <summary>The user has <c>RouterNode__MaxSessionsPerUser</c> sessions.</summary>
    TooManySessions = -1,

    /// <summary>
    /// The put's request id was deleted in the last 60 s, or was used for a session that is gone or another server's.
    /// </summary>
    RequestDeleted = -2,

    /// <summary>The node has had more puts in the last 60 s than it can remember.</summary>
    TooManyRequests = -3,
}
