using System.Globalization;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Goim.Client;

/// <summary>Makes the tokens that clients connect with.</summary>
public static class GoimTokens
{
    private const int NoRoom = -1, MinKeyBytes = 32, MaxRooms = 1_000;

    private static readonly JsonWebTokenHandler Handler = new() { SetDefaultTimesOnTokenCreation = false };

    /// <summary>A signed token (JWT, HS256) of one user.</summary>
    /// <param name="userId">The user.</param>
    /// <param name="room">The room that the connection joins. Null or -1 for none.</param>
    /// <param name="lifetime">
    /// How long the token is valid from now on: 1 s or more. The connection ends with it, unless it is renewed.
    /// </param>
    /// <param name="key">The key: base64 of 32 bytes or more, the text of the app's setting <c>Connect__Jwt__Keys__{name}</c>.</param>
    /// <param name="issuer">The app's <c>Connect__Jwt__Issuer</c>. Null if that is not set.</param>
    /// <param name="audience">The app's <c>Connect__Jwt__Audience</c>. Null if that is not set.</param>
    /// <param name="rooms">The rooms that the client may change to: at most 1,000, each from 0 on. Null for none.</param>
    /// <exception cref="ArgumentException">An argument is out of its range. The message never has a part of the key.</exception>
    public static string For(
        long userId,
        int? room,
        TimeSpan lifetime,
        string key,
        string? issuer = null,
        string? audience = null,
        IReadOnlyCollection<int>? rooms = null)
    {
        var now = DateTime.UtcNow;
        if (lifetime < TimeSpan.FromSeconds(1) || lifetime > DateTime.MaxValue - now)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"The lifetime is {lifetime}: expected 1 s or more, up to the year 9999."), nameof(lifetime));
        }

        var claims = new Dictionary<string, object> { ["sub"] = userId.ToString(CultureInfo.InvariantCulture) };
        if (room is { } id and not NoRoom)
        {
            claims["room"] = id;
        }

        if (rooms is not null)
        {
            claims["rooms"] = Check(rooms);
        }

        return Handler.CreateToken(new SecurityTokenDescriptor
        {
            Claims = claims,
            Expires = now + lifetime,
            Issuer = issuer,
            Audience = audience,
            SigningCredentials = new SigningCredentials(new SymmetricSecurityKey(Read(key)), SecurityAlgorithms.HmacSha256),
        });
    }

    private static int[] Check(IReadOnlyCollection<int> rooms)
    {
        int[] ids = [.. rooms];
        var bad = Array.FindIndex(ids, id => id < 0);
        return ids.Length > MaxRooms
            ? throw new ArgumentException(
                FormattableString.Invariant($"The rooms are {ids.Length}: expected {MaxRooms} at most."), nameof(rooms))
            : bad >= 0
                ? throw new ArgumentException(
                    FormattableString.Invariant($"Room {bad} of the rooms is {ids[bad]}: expected a room from 0 on."), nameof(rooms))
                : ids;
    }

    private static byte[] Read(string key)
    {
        const string Expected = "expected base64 of 32 bytes or more";
        byte[] bytes;
        try
        {
            bytes = Convert.FromBase64String(key ?? throw new ArgumentNullException(nameof(key)));
        }
        catch (FormatException)
        {
            throw new ArgumentException($"The key is not base64: {Expected}.", nameof(key));
        }

        return bytes.Length >= MinKeyBytes
            ? bytes
            : throw new ArgumentException(FormattableString.Invariant($"The key has {bytes.Length} bytes: {Expected}."), nameof(key));
    }
}
