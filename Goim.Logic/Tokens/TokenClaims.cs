using System.Text.Json;
using Goim.Protocol;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Goim.Logic.Tokens;

/// <summary>Reads the claims that say who a client is: the user, the room, and the rooms that it may change to.</summary>
/// <param name="userClaim">Name of the claim that holds the user id.</param>
internal sealed class TokenClaims(string userClaim)
{
    private const string Room = "room", Rooms = "rooms";

    /// <param name="jwt">A token that was checked.</param>
    /// <param name="timeLeft">How long it is still valid.</param>
    public Outcome<Identity> Read(JsonWebToken jwt, TimeSpan timeLeft)
    {
        // Not the token's own claims: they do not tell a number from a text.
        using var payload = JsonDocument.Parse(Base64UrlEncoder.DecodeBytes(jwt.EncodedPayload));
        var claims = payload.RootElement;
        if (!TryGetUser(claims, out var userId))
        {
            return Refused(userClaim, "the user id, a number or its decimal text, of int64");
        }

        var room = NoRoom.Id;
        if (claims.TryGetProperty(Room, out var claim) && !TryGetRoom(claim, out room))
        {
            return Refused(Room, "a room, a number of int32, or no such claim");
        }

        return TryGetRooms(claims, out var rooms)
            ? new Identity(userId, room, timeLeft, rooms)
            : Refused(Rooms, $"{Identity.MaxRooms} rooms at most, each a number from 0 to {int.MaxValue}, or no such claim");
    }

    private bool TryGetUser(JsonElement claims, out long userId)
    {
        userId = 0;
        return claims.TryGetProperty(userClaim, out var claim) && claim.ValueKind switch
        {
            JsonValueKind.Number => claim.TryGetInt64(out userId),
            JsonValueKind.String => GoInt.TryParse(claim.GetString()!, out userId),
            _ => false,
        };
    }

    private static bool TryGetRooms(JsonElement claims, out int[]? rooms)
    {
        rooms = null;
        if (!claims.TryGetProperty(Rooms, out var claim))
        {
            return true;
        }

        if (claim.ValueKind != JsonValueKind.Array || claim.GetArrayLength() > Identity.MaxRooms)
        {
            return false;
        }

        rooms = new int[claim.GetArrayLength()];
        for (var i = 0; i < rooms.Length; i++)
        {
            if (!TryGetRoom(claim[i], out rooms[i]) || rooms[i] < 0)
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryGetRoom(JsonElement claim, out int room)
    {
        room = 0;
        return claim.ValueKind == JsonValueKind.Number && claim.TryGetInt32(out room);
    }

    private static Problem Refused(string claim, string expected) =>
        new(ProblemKind.BadInput, $"token's claim {claim} is missing or not valid: expected {expected}.");
}
