using System.Text.Encodings.Web;
using System.Text.Json;

namespace Goim.Comet.Wire;

/// <summary>Why a client is disconnected, as op 6 says it: <c>{"reason":"too slow","reconnect":true}</c>.</summary>
/// <param name="Cause">What it is counted as.</param>
/// <param name="Reason">One sentence or a few words, for the client.</param>
/// <param name="Reconnect">Whether the client may connect again.</param>
internal sealed record Farewell(DisconnectCause Cause, string Reason, bool Reconnect)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private EncodedPacket? packet;

    public static Farewell TooSlow { get; } = new(DisconnectCause.TooSlow, "too slow", Reconnect: true);

    public static Farewell Stopping { get; } = new(DisconnectCause.Stop, "the server stops", Reconnect: true);

    public static Farewell NotReady { get; } = new(DisconnectCause.NotReady, "the server is not ready yet", Reconnect: true);

    public static Farewell Full { get; } = new(DisconnectCause.Full, "the server is full", Reconnect: true);

    public static Farewell NoToken { get; } = new(DisconnectCause.Handshake, "no token came in time", Reconnect: true);

    public static Farewell NoHeartbeat { get; } = new(DisconnectCause.NoHeartbeat, "no heartbeat came in time", Reconnect: true);

    public static Farewell Expired { get; } = new(DisconnectCause.Expired, "token expired", Reconnect: true);

    public static Farewell Unavailable { get; } = new(DisconnectCause.Unavailable, "the registration is not available", Reconnect: true);

    /// <summary>The packet that says it, op 6.</summary>
    public EncodedPacket Packet => packet ??= Encode();

    /// <summary>A client that breaks the protocol.</summary>
    /// <param name="reason">What is wrong, and what was expected.</param>
    public static Farewell Invalid(string reason) => new(DisconnectCause.Protocol, reason, Reconnect: false);

    /// <summary>A client that a record on the topic disconnects.</summary>
    /// <param name="reason">Why. Empty for no reason.</param>
    /// <param name="reconnect">Whether it may connect again.</param>
    public static Farewell Kicked(string reason, bool reconnect) =>
        new(DisconnectCause.Kicked, reason.Length == 0 ? "kicked" : reason, reconnect);

    private EncodedPacket Encode()
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new { Reason, Reconnect }, Options);
        var encoded = new EncodedPacket(PacketKind.Reply, body.Length, Op.Disconnected);
        body.CopyTo(encoded.Body);
        return encoded;
    }
}
