using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Tokens;

namespace Goim.Functions.Tests.Hosting;

/// <summary>Tokens made of their parts, with any header and claims.</summary>
internal static class TestJwt
{
    /// <summary>Signed with HMAC over SHA-256.</summary>
    public static string Hs256(string claims, byte[] secret, string header = """{"alg":"HS256","typ":"JWT"}""") =>
        Signed(header, claims, bytes => HMACSHA256.HashData(secret, bytes));

    public static string Rs256(string claims, RSA key, string header = """{"alg":"RS256","typ":"JWT"}""") =>
        Signed(header, claims, bytes => key.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

    public static string Es256(string claims, ECDsa key, string header = """{"alg":"ES256","typ":"JWT"}""") =>
        Signed(header, claims, bytes => key.SignData(bytes, HashAlgorithmName.SHA256));

    public static string Signed(string header, string claims, Func<byte[], byte[]> sign)
    {
        var text = $"{Base64Url(Encoding.UTF8.GetBytes(header))}.{Base64Url(Encoding.UTF8.GetBytes(claims))}";
        return $"{text}.{Base64Url(sign(Encoding.ASCII.GetBytes(text)))}";
    }

    /// <summary>The time of a claim, in seconds.</summary>
    public static long In(TimeSpan time) => DateTimeOffset.UtcNow.Add(time).ToUnixTimeSeconds();

    private static string Base64Url(byte[] bytes) => Base64UrlEncoder.Encode(bytes);
}
