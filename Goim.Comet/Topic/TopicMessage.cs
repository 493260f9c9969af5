using Goim.Comet.Delivery;
using Goim.Comet.Wire;
using Goim.Protocol;

namespace Goim.Comet.Topic;

/// <summary>What a record is for this comet.</summary>
internal enum RecordUse
{
    /// <summary>There is nobody here to deliver it to.</summary>
    None,

    /// <summary>It has a message to deliver.</summary>
    Message,

    /// <summary>It changes connections: it kicks them, or they join or leave a room.</summary>
    Change,

    /// <summary>It kicks all connections of this comet server.</summary>
    KickAll,

    /// <summary>Its op is not one of a comet's.</summary>
    Skip,

    /// <summary>It is not the JSON of a record.</summary>
    Unreadable,

    /// <summary>It was for connections here, and its message has expired.</summary>
    Expired,
}

/// <summary>A record as it was read.</summary>
/// <param name="Use">What it is. Which other members are set depends on it.</param>
/// <param name="Packet">The message, for its receivers. Its kind says who they are.</param>
/// <param name="SubKeys">The receivers of kind Multiple, or the connections of a change.</param>
/// <param name="RoomId">The room of kind Room.</param>
/// <param name="Ensure">Whether it must not be dropped.</param>
/// <param name="Except">Connections that do not get a message of kind Room or Broadcast. Null for none.</param>
/// <param name="Change">The change.</param>
/// <param name="Farewell">Why all connections are kicked.</param>
internal readonly record struct TopicMessage(
    RecordUse Use,
    EncodedPacket? Packet = null,
    SubKey[]? SubKeys = null,
    int RoomId = 0,
    bool Ensure = false,
    HashSet<SubKey>? Except = null,
    ConnectionChange? Change = null,
    Farewell? Farewell = null);
