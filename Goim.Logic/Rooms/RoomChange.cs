using Goim.Logic.Delivery;
using Goim.Protocol;

namespace Goim.Logic.Rooms;

/// <summary>A change of a session's room, and how far it is.</summary>
/// <param name="key">The session.</param>
/// <param name="roomId">The room that it is to be in; -1 for none.</param>
internal sealed class RoomChange(SubKey key, int roomId)
{
    public SubKey Key { get; } = key;

    public int RoomId { get; } = roomId;

    /// <summary>An earlier change of the same session in the same call, which is carried out first. Null for none.</summary>
    public RoomChange? Before { get; set; }

    /// <summary>
    /// The room of the change that is carried out now: first that of a change that another app has not finished, then
    /// <see cref="RoomId"/>.
    /// </summary>
    public int Target { get; set; } = roomId;

    /// <summary>The records of the change to <see cref="Target"/>, once the session is there.</summary>
    public PushRecord[] Records { get; set; } = [];

    /// <summary>Those records on their way. Null if the producer did not take them.</summary>
    public PendingDelivery? Delivery { get; set; }

    /// <summary>Whether the session may have been moved.</summary>
    public bool IsBegun { get; set; }

    /// <summary>Whether records may be on the topic.</summary>
    public bool IsSent { get; set; }

    /// <summary>Whether another change has to end first.</summary>
    public bool IsWaiting { get; set; }

    /// <summary>When it had to wait first: a timestamp of the time provider. Null if it had not.</summary>
    public long? WaitingSince { get; set; }

    /// <summary>How often its records were sent and the change had not ended then.</summary>
    public int Rounds { get; set; }

    /// <summary>Whether it is finished, or has failed.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Why it has failed. Null if it has not.</summary>
    public Problem? Problem { get; private set; }

    public void Finish() => IsOver = true;

    public void Fail(Problem problem) => (IsOver, Problem) = (true, problem);
}
