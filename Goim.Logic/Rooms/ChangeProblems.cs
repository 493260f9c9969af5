using Goim.Logic.Delivery;
using Goim.Logic.Routing.Nodes;
using Goim.Protocol;

namespace Goim.Logic.Rooms;

/// <summary>Why a change of room fails.</summary>
internal static class ChangeProblems
{
    private const string NotChanged = "nothing was changed.";
    private const string NotFinished = "the change may not be finished, repeat the call, which is always safe.";

    /// <summary>The session is not there.</summary>
    public static Problem Gone(SubKey key) => new(
        ProblemKind.BadInput, $"key is '{key}', which has no session: expected the sub key of a connection; {NotChanged}");

    /// <summary>The session was there when the change began.</summary>
    public static Problem Forgotten(SubKey key) =>
        new(ProblemKind.Unavailable, $"the router node has forgotten session '{key}': {NotFinished}");

    /// <summary>The session is in the room again that it was in before: it was moved back, or the node has lost the change.</summary>
    public static Problem IsBack(SubKey key, int roomId) =>
        new(ProblemKind.Unavailable, $"session '{key}' is in room {roomId} again: {NotFinished}");

    /// <summary>A change to another room has not ended.</summary>
    public static Problem UnderWay(int roomId, bool isBegun) => new(
        ProblemKind.Unavailable, $"another change of its room, to room {roomId}, is under way: {(isBegun ? NotFinished : NotChanged)}");

    /// <summary>Too many later changes.</summary>
    public static Problem CameBetween() =>
        new(ProblemKind.Unavailable, $"other changes of its room came between: {NotFinished}");

    /// <summary>A router node has failed.</summary>
    public static Problem Of(NodeFailure failure, bool isBegun) =>
        NodeFailure.Problem([failure], isBegun ? NotFinished : NotChanged);

    /// <summary>The producer did not take the records.</summary>
    public static Problem QueueFull() =>
        new(ProblemKind.Unavailable, $"the queue to Kafka is full (KafkaQueueMessages): {NotFinished}");

    /// <summary>Records were not acknowledged.</summary>
    public static Problem Of(DeliveryResult result) =>
        new(ProblemKind.Unavailable, $"Kafka did not acknowledge it ({string.Join(", ", result.Errors)}): {NotFinished}");
}
