using System.Buffers.Binary;
using System.Security.Cryptography;
using Goim.Protocol;

namespace Goim.Benchmarks.Diff;

/// <summary>Reads a record of the push topic.</summary>
/// <param name="isExact">Whether whole values are compared, instead of deliveries.</param>
/// <param name="withKeys">Whether the records' keys are compared too.</param>
internal sealed class RecordContent(bool isExact, bool withKeys)
{
    /// <summary>What a record is, and its deliveries.</summary>
    /// <param name="key">The record's key.</param>
    /// <param name="hasKey">Whether it has one.</param>
    /// <param name="value">The record's value.</param>
    /// <param name="deliveries">One for each sub key, or one for a room or all. None where the record brings no client a message.</param>
    public RecordKind Read(ReadOnlySpan<byte> key, bool hasKey, ReadOnlySpan<byte> value, List<Delivery> deliveries)
    {
        deliveries.Clear();
        if (!RecordFields.TryFind(value, server: null, out var fields))
        {
            return Whole(RecordKind.Unreadable, key, hasKey, value, deliveries);
        }

        var kind = fields.Op switch
        {
            KafkaMsg.Multiple => RecordKind.Multiple,
            KafkaMsg.Broadcast => RecordKind.Broadcast,
            KafkaMsg.BroadcastRoom => RecordKind.BroadcastRoom,
            _ => RecordKind.OtherOp,
        };
        var keys = kind == RecordKind.Multiple ? new SubKey[fields.SubKeys.Count] : [];
        var except = new SubKey[fields.Except.Count];
        if ((kind == RecordKind.Multiple && !fields.SubKeys.TryRead(keys)) || !fields.Except.TryRead(except))
        {
            kind = RecordKind.Unreadable;
        }

        if (isExact || kind is RecordKind.OtherOp or RecordKind.Unreadable)
        {
            return Whole(kind, key, hasKey, value, deliveries);
        }

        var message = new byte[fields.MsgLength];
        fields.DecodeMsg(message);
        var hash = Hash(Restricted(message, except, fields.Expires is not null), key, hasKey);
        switch (kind)
        {
            case RecordKind.Multiple:
                deliveries.AddRange(keys.Select(sub => new Delivery(kind, sub.UserId, false, message.Length, hash)));
                break;
            default:
                long? room = kind == RecordKind.BroadcastRoom ? fields.RoomId : null;
                deliveries.Add(new Delivery(kind, room, fields.Ensure, message.Length, hash));
                break;
        }

        return kind;
    }

    /// <summary>The message of a record. Null if it cannot be read.</summary>
    public static byte[]? Message(ReadOnlySpan<byte> value)
    {
        if (!RecordFields.TryFind(value, server: null, out var fields))
        {
            return null;
        }

        var message = new byte[fields.MsgLength];
        fields.DecodeMsg(message);
        return message;
    }

    private RecordKind Whole(RecordKind kind, ReadOnlySpan<byte> key, bool hasKey, ReadOnlySpan<byte> value, List<Delivery> deliveries)
    {
        if (isExact)
        {
            deliveries.Add(new Delivery(kind, null, false, value.Length, Hash(value, key, hasKey)));
        }

        return kind;
    }

    // A message for fewer clients, or for some time only, is another one than that for all of them. Of except the users count, since sub
    // keys may differ, and expires counts as such: the two sides are pushed to at different times.
    private static byte[] Restricted(byte[] message, SubKey[] except, bool expires) => except.Length == 0 && !expires ? message :
    [
        .. BitConverter.GetBytes(message.Length), .. message, expires ? (byte)1 : (byte)0,
        .. except.Select(static key => key.UserId).Order().SelectMany(BitConverter.GetBytes),
    ];

    private UInt128 Hash(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> key, bool hasKey)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        if (withKeys && hasKey)
        {
            // The length, so that bytes of a message and of a key are not mistaken for each other.
            byte[] all = [.. BitConverter.GetBytes(bytes.Length), .. bytes, .. key];
            SHA256.HashData(all, hash);
        }
        else
        {
            SHA256.HashData(bytes, hash);
        }

        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }
}
