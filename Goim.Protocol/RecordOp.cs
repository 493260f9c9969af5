using System.Text.Json;

namespace Goim.Protocol;

/// <summary>The member <c>op</c> of a push record.</summary>
public static class RecordOp
{
    /// <summary>Whether a record with this op is for one comet server, which its member server names.</summary>
    public static bool IsForOneServer(string? op) => op is KafkaMsg.Multiple or KafkaMsg.Kick or KafkaMsg.LeaveRoom or KafkaMsg.JoinRoom;

    /// <summary>Reads the value. False if it is neither text nor null.</summary>
    /// <param name="json">Is at the name of the member, and then at its value.</param>
    /// <param name="op">One of the ops of <see cref="KafkaMsg"/>. Null for any other op.</param>
    internal static bool TryRead(ref Utf8JsonReader json, out string? op)
    {
        json.Read();
        op = null;
        if (json.TokenType != JsonTokenType.String)
        {
            return json.TokenType == JsonTokenType.Null;
        }

        op = json.ValueTextEquals("multiple"u8) ? KafkaMsg.Multiple
            : json.ValueTextEquals("broadcast_room"u8) ? KafkaMsg.BroadcastRoom
            : json.ValueTextEquals("broadcast"u8) ? KafkaMsg.Broadcast
            : json.ValueTextEquals("kick"u8) ? KafkaMsg.Kick
            : json.ValueTextEquals("leave_room"u8) ? KafkaMsg.LeaveRoom
            : json.ValueTextEquals("join_room"u8) ? KafkaMsg.JoinRoom
            : null;
        return true;
    }
}
