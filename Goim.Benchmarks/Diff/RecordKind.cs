namespace Goim.Benchmarks.Diff;

/// <summary>What a record of the push topic is, in the order of the report.</summary>
internal enum RecordKind
{
    Multiple,
    Broadcast,
    BroadcastRoom,

    /// <summary>Its op is none of the three. Nobody delivers it.</summary>
    OtherOp,

    /// <summary>It is not the JSON of a record. Nobody delivers it.</summary>
    Unreadable,
}
