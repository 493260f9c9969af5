using System.Security.Cryptography;
using System.Text;
using Goim.Functions.Tests.Hosting;
using Goim.Logic;
using Goim.Logic.Jwt;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.Tokens;

namespace Goim.Functions.Tests.Unit.Jwt;

/// <summary>Tokens against configured keys, at 2026-01-01T00:00:00Z, 1767225600.</summary>
public sealed class JwtCheckTests : IDisposable
{
    private const string Good = """{"sub":"42","iss":"https://issuer","aud":["other","goim"],"exp":1767225900}""";

    private static readonly byte[] First = RandomNumberGenerator.GetBytes(32), Second = RandomNumberGenerator.GetBytes(48);
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly RSA rsa = RSA.Create(2_048);
    private readonly ECDsa ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private JwtKey[] All =>
    [
        JwtKey.OfSecret("first", First), JwtKey.OfSecret("second", Second), JwtKey.OfPublic("rsa", new RsaSecurityKey(rsa))!,
        JwtKey.OfPublic("ec", new ECDsaSecurityKey(ec))!,
    ];

    public void Dispose()
    {
        rsa.Dispose();
        ec.Dispose();
    }

    [Fact]
    public async Task A_token_of_any_key_is_accepted()
    {
        await IsAcceptedAsync(TestJwt.Hs256(Good, First));
        await IsAcceptedAsync(TestJwt.Hs256(Good, Second));
        await IsAcceptedAsync(TestJwt.Hs256(Good, Second, """{"alg":"HS256","kid":"second"}"""));
        await IsAcceptedAsync(TestJwt.Hs256(Good, Second, """{"alg":"HS256","kid":"a name of the signer"}"""));
        await IsAcceptedAsync(TestJwt.Rs256(Good, rsa));
        await IsAcceptedAsync(TestJwt.Es256(Good, ec, """{"alg":"ES256","kid":"ec"}"""));
    }

    [Fact]
    public async Task A_token_that_names_another_key_than_its_own_is_refused() =>
        await IsRefusedAsync(
            TestJwt.Hs256(Good, Second, """{"alg":"HS256","kid":"first"}"""),
            "token's signature is wrong: expected one by a configured key.");

    [Fact]
    public async Task A_token_is_accepted_for_30_seconds_after_it_expires()
    {
        var token = TestJwt.Hs256(Good, First);
        time.Advance(TimeSpan.FromSeconds(329));
        Assert.Equal(TimeSpan.FromSeconds(1), Check(All).TimeLeft(await IsAcceptedAsync(token)));

        time.Advance(TimeSpan.FromSeconds(1));
        await IsRefusedAsync(token, "token is expired: it was valid until 2026-01-01T00:05:00Z.");
    }

    [Fact]
    public async Task A_token_is_accepted_30_seconds_before_it_is_valid()
    {
        var token = TestJwt.Hs256("""{"nbf":1767225640,"exp":1767226000,"aud":"goim","iss":"https://issuer"}""", First);

        await IsRefusedAsync(token, "token is not valid yet: it is valid from 2026-01-01T00:00:40Z.");

        time.Advance(TimeSpan.FromSeconds(10));
        await IsAcceptedAsync(token);
    }

    [Theory]
    [InlineData("""{"aud":"goim","iss":"https://issuer"}""", "token has no exp: expected the time when it expires.")]
    [InlineData(
        """{"exp":1767225900,"iss":"https://issuer","aud":["a","b"]}""", "token's audience (aud) is another: expected goim.")]
    [InlineData("""{"exp":1767225900,"iss":"https://issuer"}""", "token's audience (aud) is another: expected goim.")]
    [InlineData(
        """{"exp":1767225900,"iss":"https://issuer/","aud":"goim"}""", "token's issuer (iss) is another: expected https://issuer.")]
    [InlineData("""{"exp":1767225900,"aud":"goim"}""", "token's issuer (iss) is another: expected https://issuer.")]
    [InlineData(
        """{"exp":"soon","aud":"goim","iss":"https://issuer"}""",
        "token is not readable: expected a JWT, base64url of a JSON header and of JSON claims of the right types.")]
    [InlineData("[]", "token is not readable: expected a JWT, base64url of a JSON header and of JSON claims of the right types.")]
    [InlineData("junk", "token is not readable: expected a JWT, base64url of a JSON header and of JSON claims of the right types.")]
    [InlineData("", "token has no exp: expected the time when it expires.")]
    public async Task Claims_that_are_not_right_have_a_sentence(string claims, string error) =>
        await IsRefusedAsync(TestJwt.Hs256(claims, First), error);

    [Theory]
    [InlineData("""{"alg":"none"}""")]
    [InlineData("""{"alg":"None","kid":"first"}""")]
    [InlineData("""{"alg":"HS512"}""")]
    [InlineData("""{"typ":"JWT"}""")]
    [InlineData("""{"alg":"http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"}""")]
    public async Task Another_alg_is_refused(string header)
    {
        const string Error = "token's alg is not one of its keys': expected ES256 or HS256 or RS256.";

        await IsRefusedAsync(TestJwt.Hs256(Good, First, header), Error);
        await IsRefusedAsync(TestJwt.Signed(header, Good, static _ => []), Error);
    }

    [Fact]
    public async Task A_public_key_is_no_secret()
    {
        byte[][] secrets = [rsa.ExportSubjectPublicKeyInfo(), Encoding.ASCII.GetBytes(rsa.ExportSubjectPublicKeyInfoPem())];
        foreach (var secret in secrets)
        {
            var token = TestJwt.Hs256(Good, secret, """{"alg":"HS256","kid":"rsa"}""");

            await IsRefusedAsync(token, "token's alg is not one of its keys': expected ES256 or RS256.", Check(All[2..]));
            await IsRefusedAsync(token, "token's signature is wrong: expected one by a configured key.");
        }
    }

    [Fact]
    public async Task An_extension_that_must_be_understood_is_refused() =>
        await IsRefusedAsync(
            TestJwt.Hs256(Good, First, """{"alg":"HS256","crit":["exp"],"exp":1}"""),
            "token has crit: expected a token without extensions.");

    [Fact]
    public async Task A_token_of_another_form_is_refused()
    {
        var token = TestJwt.Hs256(Good, First);

        await IsRefusedAsync("42", "token has 0 dots: expected a signed JWT, three parts with a dot between them.");
        await IsRefusedAsync(token + "..", "token has 4 dots: expected a signed JWT, three parts with a dot between them.");
        await IsRefusedAsync(
            "..", "token is not readable: expected a JWT, base64url of a JSON header and of JSON claims of the right types.");
        await IsRefusedAsync(token + new string('x', 9_216 - token.Length), "token has 9216 bytes: expected 8192 at most.");
    }

    [Fact]
    public async Task A_token_with_a_byte_changed_is_refused_wherever_the_byte_is()
    {
        var token = TestJwt.Hs256(Good, First);

        // The last character of the signature has two bits that say nothing.
        for (var i = 0; i < token.Length - 1; i++)
        {
            foreach (var other in new[] { 'A', '.', '%', 'é', '\0' }.Where(other => other != token[i]))
            {
                var refused = await Check(All).CheckAsync($"{token[..i]}{other}{token[(i + 1)..]}", CancellationToken.None);
                Assert.False(refused.Is(out _, out var problem), $"{other} at {i}");
                Assert.Equal(ProblemKind.BadInput, problem.Kind);
            }
        }
    }

    [Fact]
    public void A_short_RSA_key_and_an_EC_key_of_another_curve_are_no_keys()
    {
        using var weak = RSA.Create(1_024);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);

        Assert.Null(JwtKey.OfPublic("key", new RsaSecurityKey(weak)));
        Assert.Null(JwtKey.OfPublic("key", new ECDsaSecurityKey(other)));
    }

    private JwtCheck Check(JwtKey[] keys) =>
        new(new JwtRules { Audience = "goim", Issuer = "https://issuer" }, new ConfiguredKeys(keys), time);

    private async Task<Microsoft.IdentityModel.JsonWebTokens.JsonWebToken> IsAcceptedAsync(string token)
    {
        Assert.True((await Check(All).CheckAsync(token, CancellationToken.None)).Is(out var accepted, out var problem), problem?.Error);
        return accepted;
    }

    private async Task IsRefusedAsync(string token, string error, JwtCheck? check = null)
    {
        Assert.False((await (check ?? Check(All)).CheckAsync(token, CancellationToken.None)).Is(out _, out var problem));
        Assert.Equal((ProblemKind.BadInput, error), (problem.Kind, problem.Error));
    }
}
