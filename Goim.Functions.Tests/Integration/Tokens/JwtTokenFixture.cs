using System.Security.Cryptography;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Tokens;

/// <summary>A host that takes tokens of a secret, of an RSA key and of an EC key.</summary>
public sealed class JwtTokenFixture : HostFixture
{
    internal static readonly byte[] Secret = RandomNumberGenerator.GetBytes(32);

    internal RSA Rsa { get; } = RSA.Create(2_048);

    internal ECDsa Ec { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>Claims that are right, with others beside or instead of them.</summary>
    internal static string Claims(string others)
    {
        string[] right = ["\"iss\":\"https://issuer\"", "\"aud\":\"goim\"", $"\"exp\":{TestJwt.In(TimeSpan.FromMinutes(10))}"];
        var left = right.Where(claim => !others.Contains(claim.Split(':')[0] + ":", StringComparison.Ordinal));
        return $"{{{string.Join(',', left.Append(others.Trim()))}}}";
    }

    internal static string Token(string claims) => TestJwt.Hs256(Claims(claims), Secret);

    private protected override async Task<TestHost?> StartAsync() => await TestHost.StartAsync(
        "--Connect:Tokens=Jwt", "--Connect:Jwt:Issuer=https://issuer", "--Connect:Jwt:Audience=goim",
        $"--Connect:Jwt:Keys:secret={Convert.ToBase64String(Secret)}",
        $"--Connect:Jwt:Keys:rsa={Rsa.ExportSubjectPublicKeyInfoPem()}", $"--Connect:Jwt:Keys:ec={Ec.ExportSubjectPublicKeyInfoPem()}");
}
