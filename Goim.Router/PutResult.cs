using Goim.Protocol;

namespace Goim.Router;

/// <summary>The outcome of a put.</summary>
/// <param name="Seq">The session's seq; 0 if the put is refused.</param>
/// <param name="Refusal">Why the put is refused.</param>
internal readonly record struct PutResult(int Seq, PutRefusal Refusal)
{
    public static implicit operator PutResult(int seq) => new(seq, PutRefusal.None);

    public static implicit operator PutResult(PutRefusal refusal) => new(0, refusal);
}
