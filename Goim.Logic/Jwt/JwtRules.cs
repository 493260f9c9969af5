namespace Goim.Logic.Jwt;

/// <summary>What a JWT must have besides a signature and a time: checked by <see cref="JwtCheck"/>.</summary>
internal sealed class JwtRules
{
    /// <summary>How a sentence about the token begins.</summary>
    public string Name { get; init; } = "token";

    /// <summary>One of the token's audiences (<c>aud</c>). Null for any.</summary>
    public string? Audience { get; init; }

    /// <summary>The token's issuer (<c>iss</c>). Null for the one that the keys' authority names; without an authority, any.</summary>
    public string? Issuer { get; init; }
}
