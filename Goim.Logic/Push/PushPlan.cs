using Goim.Logic.Delivery;
using Goim.Protocol;

namespace Goim.Logic.Push;

/// <summary>What a push sends, and to how many recipients.</summary>
/// <param name="Records">In order.</param>
/// <param name="Recipients">The recipients.</param>
internal readonly record struct PushPlan(PushRecord[] Records, Recipients Recipients);

/// <summary>The recipients of a push, as far as they are known. The default knows nothing.</summary>
internal readonly struct Recipients
{
    // The number and 1, or 0 if it is not known: every state machine of a push holds them, and nullable numbers take more bytes.
    private readonly long sessionsAndOne;
    private readonly int serversAndOne;

    /// <param name="sessions">Number of sessions. Null if not known.</param>
    /// <param name="servers">Number of comet servers. Null if not known.</param>
    public Recipients(long? sessions, int? servers)
    {
        sessionsAndOne = sessions + 1 ?? 0;
        serversAndOne = servers + 1 ?? 0;
    }

    /// <summary>Number of sessions. Null if not known.</summary>
    public long? Sessions => sessionsAndOne == 0 ? null : sessionsAndOne - 1;

    /// <summary>Number of comet servers. Null if not known.</summary>
    public int? Servers => serversAndOne == 0 ? null : serversAndOne - 1;

    /// <summary>Users without a session, in the order of the request. Null for a push that names no users.</summary>
    public IReadOnlyList<long>? Offline { get; init; }

    /// <summary>Sub keys without a session. Null for a push that names none.</summary>
    public IReadOnlyList<SubKey>? OfflineKeys { get; init; }
}
