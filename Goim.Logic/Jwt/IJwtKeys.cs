using Microsoft.IdentityModel.Tokens;

namespace Goim.Logic.Jwt;

/// <summary>The keys that tokens may be signed with: configured ones, or an authority's.</summary>
internal interface IJwtKeys
{
    /// <summary>Every <c>alg</c> that a token may have.</summary>
    IReadOnlyList<string> Algorithms { get; }

    /// <summary>The keys in words, for a message: <c>a key of …</c>.</summary>
    string Expected { get; }

    /// <summary>
    /// The keys that a token may be signed with: none if no key has its <paramref name="keyId"/>. A problem if that is not known now.
    /// </summary>
    /// <param name="algorithm">The token's <c>alg</c>, one of <see cref="Algorithms"/>.</param>
    /// <param name="keyId">The token's <c>kid</c>. Empty if it has none.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask<Outcome<FoundKeys>> FindAsync(string algorithm, string keyId, CancellationToken cancellationToken);
}

/// <summary>The keys that one token may be signed with.</summary>
/// <param name="Keys">All of the token's <c>alg</c>.</param>
/// <param name="Issuer">The issuer that the keys' authority names. Null without an authority.</param>
internal readonly record struct FoundKeys(IReadOnlyList<SecurityKey> Keys, string? Issuer);
