namespace Goim.Benchmarks.Diff;

/// <summary>What a record of the push topic is, in the order of the report.</summary>
internal enum RecordKind
{
    Multiple,
    Broadcast,
    BroadcastRoom,

    /// <summary>Its op is none of the three: no client gets a message by it. A comet of this project may be told something.</summary>
    OtherOp,

    /// <summary>It is not the JSON of a record: no client gets a message by it.</summary>
    Unreadable,
}
