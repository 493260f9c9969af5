namespace Goim.Protocol;

/// <summary>A push record as a consumer such as goim's job reads it.</summary>
/// <param name="Op">One of the ops of <see cref="KafkaMsg"/>.</param>
/// <param name="RoomId">0 if the record has no roomid.</param>
/// <param name="Server">0 if the record has no server.</param>
/// <param name="SubKeys">Empty if the record has no subkeys.</param>
/// <param name="Msg">Message bytes. Empty if msg is missing or null.</param>
/// <param name="Ensure">False if the record has no ensure.</param>
/// <param name="Except">Empty if the record has no except.</param>
/// <param name="Expires">Null if the record has no expires.</param>
public sealed record KafkaRecord(
    string Op,
    int RoomId,
    int Server,
    IReadOnlyList<SubKey> SubKeys,
    byte[] Msg,
    bool Ensure,
    IReadOnlyList<SubKey> Except,
    long? Expires)
{
    /// <summary>Parses a record's value. Null if it is not the JSON of a record, or if no comet knows its op.</summary>
    public static KafkaRecord? Read(ReadOnlySpan<byte> value)
    {
        if (!RecordFields.TryFind(value, server: null, out var fields) || fields.Op is not { } op)
        {
            return null;
        }

        var subKeys = new SubKey[fields.SubKeys.Count];
        var except = new SubKey[fields.Except.Count];
        if (!fields.SubKeys.TryRead(subKeys) || !fields.Except.TryRead(except))
        {
            return null;
        }

        var msg = new byte[fields.MsgLength];
        fields.DecodeMsg(msg);
        return new KafkaRecord(op, fields.RoomId, fields.Server, subKeys, msg, fields.Ensure, except, fields.Expires);
    }
}
