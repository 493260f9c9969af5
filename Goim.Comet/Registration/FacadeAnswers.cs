using System.Globalization;
using System.Text.Json.Serialization;
using Goim.Comet.Wire;

namespace Goim.Comet.Registration;

/// <summary>An answer of the facade.</summary>
/// <param name="Ret">1, or 65535 with an error. 0 means that it is no answer of the facade.</param>
/// <param name="Error">One sentence.</param>
/// <param name="Data">What was asked for. With an error, what is known nevertheless.</param>
internal sealed record FacadeAnswer<T>(int Ret, string? Error, T? Data)
    where T : class;

/// <summary>Answer to <c>/1/connects</c>.</summary>
/// <param name="Clients">One for each token, in order.</param>
internal sealed record ConnectsData(ClientData[]? Clients);

/// <summary>Outcome for one token.</summary>
/// <param name="Key">Sub key. Null with an error.</param>
/// <param name="RoomId">The room; -1 for none.</param>
/// <param name="ExpiresInMs">Milliseconds until the token expires. Null if it does not.</param>
/// <param name="Error">Why the client is not connected. Null if it is.</param>
/// <param name="Retry">With an error: whether a repeat may succeed.</param>
/// <param name="UserId">The user, if the token was only checked.</param>
/// <param name="Rooms">The rooms that the client may change to. Null for none.</param>
internal sealed record ClientData(
    string? Key,
    int RoomId = -1,
    long? ExpiresInMs = null,
    string? Error = null,
    bool Retry = false,
    long? UserId = null,
    int[]? Rooms = null)
{
    /// <summary>When the token expires, by Environment.TickCount64. The largest number if it does not.</summary>
    public long ExpiresAt() => ExpiresInMs is { } left ? Environment.TickCount64 + left : long.MaxValue;

    /// <summary>Why the client is not connected.</summary>
    /// <param name="place">
    /// Place of the token in the call, from 1. The error begins with it, <c>token 3: token is …</c>. It tells the client nothing, and is
    /// left out.
    /// </param>
    public Farewell Refusal(int place)
    {
        if (Retry || Error is null)
        {
            return Farewell.Unavailable;
        }

        var prefix = string.Create(CultureInfo.InvariantCulture, $"token {place}: ");
        var reason = Error.StartsWith(prefix, StringComparison.Ordinal) ? Error[prefix.Length..] : Error;
        return new Farewell(DisconnectCause.Refused, reason, Reconnect: false);
    }
}

/// <summary>Answer to <c>/1/room/changes</c>.</summary>
/// <param name="Changes">One for each change, in order.</param>
internal sealed record RoomChangesData(RoomChangeData[]? Changes);

/// <summary>Outcome of one change of room.</summary>
/// <param name="RoomId">The room that the session is in now; -1 for none. Null with an error.</param>
/// <param name="Error">Why the room is not changed. Null if it is.</param>
/// <param name="Retry">With an error: whether a repeat may succeed.</param>
internal sealed record RoomChangeData(int? RoomId, string? Error = null, bool Retry = false)
{
    public RoomAnswer Answer() => RoomId is not null && Error is null
        ? new RoomAnswer(RoomId, null)
        : new RoomAnswer(null, Error ?? "the app has not changed the room", Retry);
}

/// <summary>Answer to <c>/1/disconnects</c>.</summary>
/// <param name="Failed">Indexes of the keys to be sent again.</param>
internal sealed record DisconnectsData(int[]? Failed);

/// <summary>Answer to <c>/1/heartbeat</c>.</summary>
/// <param name="LeaseMs">0 for no lease.</param>
/// <param name="Epochs">By node, or by the id of the data in Redis.</param>
internal sealed record HeartbeatData(long LeaseMs, Dictionary<string, string>? Epochs);

/// <summary>Answer to <c>/1/router/mput</c>.</summary>
/// <param name="Keys">The sub keys in order; null for one that failed.</param>
internal sealed record MPutData(string?[]? Keys);

/// <summary>Answer to <c>/1/server/del</c>, of which only <c>ret</c> is of interest.</summary>
internal sealed record ServerDelData;

/// <summary>Reads the answers.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(FacadeAnswer<ConnectsData>))]
[JsonSerializable(typeof(FacadeAnswer<DisconnectsData>))]
[JsonSerializable(typeof(FacadeAnswer<HeartbeatData>))]
[JsonSerializable(typeof(FacadeAnswer<MPutData>))]
[JsonSerializable(typeof(FacadeAnswer<RoomChangesData>))]
[JsonSerializable(typeof(FacadeAnswer<ServerDelData>))]
internal sealed partial class FacadeJson : JsonSerializerContext;
