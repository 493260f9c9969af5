using Goim.Logic.Jwt;

namespace Goim.Logic.Tokens;

/// <summary>Settings <c>Connect__*</c>: what the tokens of clients are.</summary>
public sealed class ConnectOptions
{
    public const string Section = "Connect";

    /// <summary>What a client's token is. Required, but in LocalHost, where it is <see cref="TokenKind.UserId"/> unless set.</summary>
    public TokenKind? Tokens { get; set; }

    /// <summary>How signed tokens are checked.</summary>
    public ConnectJwtOptions Jwt { get; init; } = new();

    /// <summary>Whether the process is for trials. Then <see cref="TokenKind.UserId"/> is no reason for a warning.</summary>
    internal bool IsForTrials { get; set; }
}

/// <summary>What a client's token is.</summary>
public enum TokenKind
{
    /// <summary>A signed token, a JWT.</summary>
    Jwt,

    /// <summary>A user id. For trials only: any client may be any user.</summary>
    UserId,
}

/// <summary>Settings <c>Connect__Jwt__*</c>.</summary>
public sealed class ConnectJwtOptions
{
    /// <summary>Address of the OpenID Connect authority that issues the tokens. Null with <see cref="Keys"/>.</summary>
    public string? Authority { get; init => field = value is "" ? null : value; }

    /// <summary>
    /// Keys by name: 32 bytes or more in base64 (HS256), or a public key in PEM (RSA of 2,048 bits or more: RS256; EC on P-256: ES256). One
    /// that is empty does not count.
    /// </summary>
    public Dictionary<string, string> Keys { get; init; } = [];

    /// <summary>Issuer of the tokens. Null for the authority's; with <see cref="Keys"/> for any.</summary>
    public string? Issuer { get; init => field = value is "" ? null : value; }

    /// <summary>Audience of the tokens. Required with an authority or a public key. Null for any.</summary>
    public string? Audience { get; init => field = value is "" ? null : value; }

    /// <summary>The claim that is the user id, <c>sub</c> unless set.</summary>
    public string UserClaim { get; init => field = value is "" ? DefaultUserClaim : value; } = DefaultUserClaim;

    internal const string DefaultUserClaim = "sub";

    /// <summary>The keys that are set, by name.</summary>
    internal IEnumerable<KeyValuePair<string, string>> SetKeys => Keys.Where(static key => key.Value.Length > 0);

    /// <summary>Whether any of these settings is set.</summary>
    internal bool IsSet =>
        Authority is not null || Issuer is not null || Audience is not null || UserClaim != DefaultUserClaim || SetKeys.Any();

    /// <summary>The keys. Those that cannot be read are left out: <see cref="ConnectOptionsValidator"/> refuses them.</summary>
    internal IReadOnlyList<JwtKey> ReadKeys() =>
        [.. SetKeys.Select(static key => JwtKeyText.Read(key.Key, key.Value, out _)).OfType<JwtKey>()];
}
