using System.Security.Cryptography;
using System.Text;
using Goim.Functions.Tests.Hosting;
using Goim.LocalHost;
using Microsoft.Extensions.Options;

namespace Goim.Functions.Tests.Integration.Tokens;

/// <summary>The settings <c>Connect__*</c>.</summary>
public sealed class TokenSettingsTests
{
    private const string Expected =
        "expected 32 bytes or more in base64, or a public key in PEM (RSA of 2048 bits or more, or EC on P-256).";

    private const string NoAudience =
        "Connect__Jwt__Audience is not set: expected the tokens' audience, since the same key may sign tokens for others.";

    private static readonly RSA Rsa = RSA.Create(2_048);
    private static readonly string Secret = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    [Theory]
    [InlineData("Connect__Tokens is 'Any': expected Jwt, UserId.", "Connect:Tokens=Any")]
    [InlineData(
        "Connect__Tokens is Jwt and there is no key: expected Connect__Jwt__Authority, or Connect__Jwt__Keys__{name}.",
        "Connect:Tokens=Jwt")]
    [InlineData(
        "Connect__Jwt__Authority is 'http://login.example': "
            + "expected an https:// URL without query and fragment (http:// for a loopback address only).",
        "Connect:Tokens=Jwt", "Connect:Jwt:Authority=http://login.example", "Connect:Jwt:Audience=goim")]
    [InlineData(NoAudience, "Connect:Tokens=Jwt", "Connect:Jwt:Authority=https://login.example")]
    [InlineData(
        "A setting Connect__Jwt__… is set and Connect__Tokens is not Jwt: expected Jwt, or none of these settings.",
        "Connect:Jwt:Audience=goim")]
    [InlineData($"Connect__Jwt__Keys__a is not base64: {Expected}", "Connect:Tokens=Jwt", "Connect:Jwt:Keys:a=s3cret!")]
    [InlineData(
        "Connect__Jwt__Audience__0 is no setting: expected Connect__Jwt__Audience, one value.",
        "Connect:Tokens=Jwt", "Connect:Jwt:Audience:0=goim")]
    [InlineData(
        "Connect__Jwt__Audienc is no setting: expected Authority, Keys, Issuer, Audience, UserClaim after Connect__Jwt__.",
        "Connect:Tokens=Jwt", "Connect:Jwt:Keys:a=b25seS1mb3ItdGhlLXRlc3RzLW9mLXRva2Vucy0wMDE=", "Connect:Jwt:Audienc=goim")]
    [InlineData(
        "Connect__Jwt__Keys__a is a reference to a Key Vault that the platform has not resolved: expected the key itself.",
        "Connect:Tokens=Jwt", "Connect:Jwt:Keys:a=@Microsoft.KeyVault(SecretUri=https://vault.example/secrets/jwt-key-1)")]
    [InlineData($"Connect__Jwt__Keys__a has 6 bytes: {Expected}", "Connect:Tokens=Jwt", "Connect:Jwt:Keys:a=czNjcmV0")]
    [InlineData($"Connect__Jwt__Keys__a is no key: {Expected}", "Connect:Tokens=Jwt", "Connect:Jwt:Keys:a=-----BEGIN PUBLIC KEY-----")]
    public Task A_bad_setting_ends_the_start_with_a_sentence(string sentence, params string[] settings) =>
        IsRefusedAsync(sentence, settings);

    [Fact]
    public async Task Keys_and_an_authority_exclude_each_other() => await IsRefusedAsync(
        "Connect__Jwt__Authority and Connect__Jwt__Keys__{name} are both set: expected one of them.",
        "Connect:Tokens=Jwt", "Connect:Jwt:Authority=https://login.example", "Connect:Jwt:Audience=goim", $"Connect:Jwt:Keys:a={Secret}");

    [Fact]
    public async Task A_public_key_needs_an_audience() => await IsRefusedAsync(
        NoAudience, "Connect:Tokens=Jwt", $"Connect:Jwt:Keys:a={Rsa.ExportSubjectPublicKeyInfoPem()}");

    [Fact]
    public async Task A_private_key_is_refused()
    {
        const string Sentence = "Connect__Jwt__Keys__a is a private key: expected its public key, since tokens are only checked here.";

        await IsRefusedAsync(Sentence, "Connect:Tokens=Jwt", $"Connect:Jwt:Keys:a={Rsa.ExportPkcs8PrivateKeyPem()}");
        await IsRefusedAsync(Sentence, "Connect:Tokens=Jwt", $"Connect:Jwt:Keys:a={Rsa.ExportRSAPrivateKeyPem()}");
    }

    [Fact]
    public async Task A_key_that_is_no_secret_is_not_taken_as_one()
    {
        const string Sentence = "Connect__Jwt__Keys__a is a key in another form: "
            + "expected a public key in PEM, with its lines BEGIN PUBLIC KEY and END PUBLIC KEY.";
        byte[][] forms =
        [
            Rsa.ExportSubjectPublicKeyInfo(), Rsa.ExportRSAPublicKey(), Rsa.ExportPkcs8PrivateKey(),
            Encoding.ASCII.GetBytes(Rsa.ExportSubjectPublicKeyInfoPem()),
            [0, 0, 0, 7, .. "ssh-rsa"u8, .. new byte[32]], [.. "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQ"u8],
            [.. """{"kty":"RSA","n":"wX2…","e":"AQAB"}"""u8], [4, .. new byte[64]],
        ];
        foreach (var form in forms)
        {
            await IsRefusedAsync(Sentence, "Connect:Tokens=Jwt", $"Connect:Jwt:Keys:a={Convert.ToBase64String(form)}");
        }
    }

    [Fact]
    public async Task A_weak_key_is_refused()
    {
        using var rsa = RSA.Create(1_024);
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP521);

        await IsRefusedAsync(
            $"Connect__Jwt__Keys__a is no key: {Expected}",
            "Connect:Tokens=Jwt", $"Connect:Jwt:Keys:a={rsa.ExportSubjectPublicKeyInfoPem()}");
        await IsRefusedAsync(
            $"Connect__Jwt__Keys__a is no key: {Expected}",
            "Connect:Tokens=Jwt", $"Connect:Jwt:Keys:a={ec.ExportSubjectPublicKeyInfoPem()}");
    }

    [Fact]
    public async Task Two_names_of_the_same_key_are_refused() => await IsRefusedAsync(
        "Connect__Jwt__Keys__a and Connect__Jwt__Keys__b are the same key: expected one of them.",
        "Connect:Tokens=Jwt", "Connect:Jwt:Audience=goim",
        $"Connect:Jwt:Keys:a={Rsa.ExportSubjectPublicKeyInfoPem()}", $"Connect:Jwt:Keys:b={Rsa.ExportRSAPublicKeyPem()}");

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\\n")]
    [InlineData(" ")]
    public async Task A_public_key_may_be_one_line(string lineBreak)
    {
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var pem = ec.ExportSubjectPublicKeyInfoPem().Replace("\n", lineBreak, StringComparison.Ordinal);
        await using var host = await TestHost.StartAsync(
            "--Connect:Tokens=Jwt", "--Connect:Jwt:Audience=goim", $"--Connect:Jwt:Keys:ec={pem}", "--Connect:Jwt:Keys:old=");

        var token = TestJwt.Es256("""{"sub":"42","aud":"goim","exp":4102444800}""", ec);
        var answer = await host.PostAsync("/1/connect", $$"""{"token":"{{token}}","server":3}""");

        Assert.Equal("42_1", answer.GetProperty("data").GetProperty("key").GetString());
    }

    private static async Task IsRefusedAsync(string sentence, params string[] settings)
    {
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(
            () => LocalHostApp.StartAsync(["--urls=http://127.0.0.1:0", .. settings.Select(static setting => $"--{setting}")]));

        Assert.Equal(sentence, refused.Message);
    }
}
