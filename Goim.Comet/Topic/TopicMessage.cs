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

    /// <summary>Its op is not one of a comet's.</summary>
    Skip,

    /// <summary>It is not the JSON of a record.</summary>
    Unreadable,
}

/// <summary>A record as it was read.</summary>
/// <param name="Use">What it is. The other members are set for a message only.</param>
/// <param name="Packet">The message, for its receivers. Its kind says who they are.</param>
/// <param name="SubKeys">The receivers of kind Multiple.</param>
/// <param name="RoomId">The room of kind Room.</param>
/// <param name="Ensure">Whether it must not be dropped.</param>
internal readonly record struct TopicMessage(
    RecordUse Use, EncodedPacket? Packet = null, SubKey[]? SubKeys = null, int RoomId = 0, bool Ensure = false);
