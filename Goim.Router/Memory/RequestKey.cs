using System.Runtime.InteropServices;
using Goim.Protocol;

namespace Goim.Router.Memory;

/// <summary>What identifies a put that is repeated: the user, and the request id or the server and seq of a restore.</summary>
internal readonly record struct RequestKey(long UserId, long First, long Second)
{
    /// <summary>
    /// What a session keeps of its request id: enough to tell the sessions of one user apart. Never 0, which stands for none.
    /// </summary>
    public long Folded => (First ^ Second) is not 0 and var folded ? folded : 1;

    /// <param name="userId">The user of the put.</param>
    /// <param name="requestId">16 bytes.</param>
    public static RequestKey OfRequest(long userId, ReadOnlySpan<byte> requestId) =>
        new(userId, MemoryMarshal.Read<long>(requestId), MemoryMarshal.Read<long>(requestId[sizeof(long)..]));

    public static RequestKey OfRestore(long userId, int server, int seq) => new(userId, server, seq);

    // Callers choose all of it.
    public override int GetHashCode() => SeededHash.Of(UserId, First, Second);
}
