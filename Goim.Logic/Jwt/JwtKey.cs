using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace Goim.Logic.Jwt;

/// <summary>A key that tokens are signed with, and the one <c>alg</c> that it is used for.</summary>
/// <param name="Id">The key's <c>kid</c>. Null if an authority gives it none.</param>
/// <param name="Algorithm">HS256, RS256 or ES256.</param>
/// <param name="Key">The secret, or the public key.</param>
internal sealed record JwtKey(string? Id, string Algorithm, SecurityKey Key)
{
    public const int MinSecretBytes = 32, MinRsaBits = 2_048;

    /// <summary>A secret of <see cref="MinSecretBytes"/> or more: HS256.</summary>
    public static JwtKey OfSecret(string id, byte[] secret) =>
        new(id, SecurityAlgorithms.HmacSha256, new SymmetricSecurityKey(secret));

    /// <summary>
    /// An RSA key of <see cref="MinRsaBits"/> or more (RS256), or an EC key on P-256 (ES256). Null for any other key. Only the public part
    /// is used.
    /// </summary>
    public static JwtKey? OfPublic(string? id, SecurityKey key) => key switch
    {
        RsaSecurityKey { KeySize: >= MinRsaBits } => new JwtKey(id, SecurityAlgorithms.RsaSha256, key),
        ECDsaSecurityKey { ECDsa: { } ecdsa } when IsP256(ecdsa) => new JwtKey(id, SecurityAlgorithms.EcdsaSha256, key),
        _ => null,
    };

    // secp256k1 has 256 bits too.
    private static bool IsP256(ECDsa key) =>
        key.KeySize == 256 && key.ExportParameters(false).Curve.Oid.Value == ECCurve.NamedCurves.nistP256.Oid.Value;
}
