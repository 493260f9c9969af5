using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;

namespace Goim.Protocol;

/// <summary>
/// The members of a push record's value, found in one pass. Sub keys and message stay in the value until they are asked for.
/// </summary>
/// <remarks>
/// Members may be in any order; the last of the same name counts. null counts as missing, as in Go. Other members are ignored.
/// </remarks>
public ref struct RecordFields
{
    private ReadOnlySpan<byte> msg;

    /// <summary>One of the ops of <see cref="KafkaMsg"/>. Null for any other op.</summary>
    public string? Op { get; private set; }

    /// <summary>0 if the record has no roomid.</summary>
    public int RoomId { get; private set; }

    /// <summary>0 if the record has no server.</summary>
    public int Server { get; private set; }

    /// <summary>False if the record has no ensure.</summary>
    public bool Ensure { get; private set; }

    /// <summary>Empty if the record has no subkeys.</summary>
    public RecordSubKeys SubKeys { get; private set; }

    /// <summary>Connections that do not get the message. Empty if the record has no except.</summary>
    public RecordSubKeys Except { get; private set; }

    /// <summary>When the message is dropped instead of delivered: Unix time in ms. Null if the record has no expires.</summary>
    public long? Expires { get; private set; }

    /// <summary>Bytes of the message. 0 if the record has no msg.</summary>
    public int MsgLength { get; private set; }

    /// <summary>Finds the members. False if the value is not the JSON of a record, or if msg is not base64.</summary>
    /// <param name="value">The record's value. The result refers to it.</param>
    /// <param name="server">
    /// If set: the search ends where it is known that the record is for another comet server alone. The result then has
    /// <see cref="Op"/> and <see cref="Server"/> only.
    /// </param>
    /// <param name="fields">The members. Not to be used if the result is false.</param>
    public static bool TryFind(ReadOnlySpan<byte> value, int? server, out RecordFields fields)
    {
        fields = default;
        try
        {
            return fields.TryFind(value, server);
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: an escape that is only half of a character.
            return false;
        }
    }

    /// <summary>Decodes the message.</summary>
    /// <param name="destination">Takes it: <see cref="MsgLength"/> bytes at least.</param>
    public readonly void DecodeMsg(Span<byte> destination) => Base64.DecodeFromUtf8(msg, destination, out _, out _);

    private bool TryFind(ReadOnlySpan<byte> value, int? server)
    {
        var json = new Utf8JsonReader(value);
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        var hasServer = false;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (hasServer && server is not null && Server != server && RecordOp.IsForOneServer(Op))
            {
                return true;
            }

            hasServer |= json.ValueTextEquals("server"u8);
            if (!TryReadMember(ref json, value))
            {
                return false;
            }
        }

        // Throws if something follows the object.
        json.Read();
        return true;
    }

    private bool TryReadMember(ref Utf8JsonReader json, ReadOnlySpan<byte> value)
    {
        if (json.ValueTextEquals("op"u8))
        {
            var isText = RecordOp.TryRead(ref json, out var op);
            Op = op;
            return isText;
        }

        if (json.ValueTextEquals("subkeys"u8))
        {
            var isArray = RecordSubKeys.TryFind(ref json, value, out var keys);
            SubKeys = keys;
            return isArray;
        }

        if (json.ValueTextEquals("msg"u8))
        {
            return TryFindMsg(ref json);
        }

        if (json.ValueTextEquals("except"u8))
        {
            var isArray = RecordSubKeys.TryFind(ref json, value, out var keys);
            Except = keys;
            return isArray;
        }

        if (json.ValueTextEquals("server"u8))
        {
            var isInt = TryReadInt(ref json, out var id);
            Server = id;
            return isInt;
        }

        if (json.ValueTextEquals("roomid"u8))
        {
            var isInt = TryReadInt(ref json, out var id);
            RoomId = id;
            return isInt;
        }

        if (json.ValueTextEquals("expires"u8))
        {
            return TryReadExpires(ref json);
        }

        var isEnsure = json.ValueTextEquals("ensure"u8);
        json.Read();
        if (isEnsure)
        {
            Ensure = json.TokenType == JsonTokenType.True;
            return json.TokenType is JsonTokenType.True or JsonTokenType.False or JsonTokenType.Null;
        }

        json.Skip();
        return true;
    }

    private bool TryReadExpires(ref Utf8JsonReader json)
    {
        json.Read();
        Expires = null;
        if (json.TokenType == JsonTokenType.Null)
        {
            return true;
        }

        if (json.TokenType != JsonTokenType.Number || !json.TryGetInt64(out var time))
        {
            return false;
        }

        Expires = time;
        return true;
    }

    private static bool TryReadInt(ref Utf8JsonReader json, out int value)
    {
        json.Read();
        value = 0;
        return json.TokenType == JsonTokenType.Null || (json.TokenType == JsonTokenType.Number && json.TryGetInt32(out value));
    }

    private bool TryFindMsg(ref Utf8JsonReader json)
    {
        json.Read();
        msg = default;
        MsgLength = 0;
        if (json.TokenType != JsonTokenType.String)
        {
            return json.TokenType == JsonTokenType.Null;
        }

        msg = json.ValueSpan;
        if (json.ValueIsEscaped)
        {
            var unescaped = new byte[msg.Length];
            msg = unescaped.AsSpan(0, json.CopyString(unescaped));
        }

        var isBase64 = Base64.IsValid(msg, out var length);
        MsgLength = length;
        return isBase64;
    }
}
