using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Goim.Logic.Jwt;
using Goim.Settings;
using Microsoft.IdentityModel.Tokens;

namespace Goim.Logic.Tokens;

/// <summary>Reads the text of a key: a secret in base64, or a public key in PEM.</summary>
internal static class JwtKeyText
{
    private const string Expected = "32 bytes or more in base64, or a public key in PEM (RSA of 2048 bits or more, or EC on P-256)";

    /// <summary>The key. Null if the text is none.</summary>
    /// <param name="name">The key's name, which is its <c>kid</c>.</param>
    /// <param name="text">The setting. A PEM text may have blanks or <c>\n</c> in place of its line breaks.</param>
    /// <param name="problem">What is wrong, after the setting's name. Never has a part of the text. Null if nothing is.</param>
    public static JwtKey? Read(string name, string text, out string? problem)
    {
        if (KeyVaultReference.Is(text))
        {
            problem = KeyVaultReference.Problem;
            return null;
        }

        var key = text.Contains("-----", StringComparison.Ordinal)
            ? ReadPem(name, text.Replace("\\n", "\n", StringComparison.Ordinal), out problem)
            : ReadSecret(name, text, out problem);
        problem ??= key is null ? $"is no key: expected {Expected}." : null;
        return key;
    }

    private static JwtKey? ReadSecret(string name, string text, out string? problem)
    {
        var bytes = new byte[text.Length];
        if (!Convert.TryFromBase64String(text, bytes, out var count))
        {
            problem = $"is not base64: expected {Expected}.";
            return null;
        }

        var secret = bytes[..count];
        problem = secret switch
        {
            _ when IsKeyInText(secret) || IsKeyInDer(secret) || secret is [0x04, ..] and { Length: 65 } =>
                $"is a key in another form: expected a public key in PEM, with its lines BEGIN PUBLIC KEY and END PUBLIC KEY.",
            { Length: < JwtKey.MinSecretBytes } => $"has {count} bytes: expected {Expected}.",
            _ => null,
        };
        return problem is null ? JwtKey.OfSecret(name, secret) : null;
    }

    // PEM, the forms of SSH, or JSON.
    private static bool IsKeyInText(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith("-----BEGIN"u8) || bytes.StartsWith("ssh-"u8) || bytes.StartsWith("ecdsa-"u8)
        || bytes.StartsWith("\0\0\0\u0007ssh-"u8) || bytes.StartsWith("\0\0\0\u0013ecdsa-"u8) || bytes.StartsWith("{"u8);

    // A public key that were taken as a secret would let anybody sign.
    private static bool IsKeyInDer(byte[] bytes)
    {
        try
        {
            _ = PublicKey.CreateFromSubjectPublicKeyInfo(bytes, out _);
            return true;
        }
        catch (CryptographicException)
        {
            // A certificate, or a private key: SEQUENCE with a length of two bytes that is the length of what follows.
            return bytes is [0x30, 0x82, var high, var low, ..] && (high << 8) + low == bytes.Length - 4;
        }
    }

    private static JwtKey? ReadPem(string name, string text, out string? problem)
    {
        problem = null;
        if (!PemEncoding.TryFind(text, out var pem))
        {
            return null;
        }

        var label = text[pem.Label];
        if (label.Contains("PRIVATE KEY", StringComparison.Ordinal))
        {
            problem = "is a private key: expected its public key, since tokens are only checked here.";
            return null;
        }

        try
        {
            var der = Convert.FromBase64String(text[pem.Base64Data]);
            return label switch
            {
                "PUBLIC KEY" => OfPublicKey(name, PublicKey.CreateFromSubjectPublicKeyInfo(der, out _)),
                "RSA PUBLIC KEY" => OfRsa(name, der),
                _ => null,
            };
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static JwtKey? OfPublicKey(string name, PublicKey key) =>
        key.GetRSAPublicKey() is { } rsa ? JwtKey.OfPublic(name, new RsaSecurityKey(rsa))
        : key.GetECDsaPublicKey() is { } ecdsa ? JwtKey.OfPublic(name, new ECDsaSecurityKey(ecdsa))
        : null;

    private static JwtKey? OfRsa(string name, byte[] der)
    {
        var rsa = RSA.Create();
        rsa.ImportRSAPublicKey(der, out _);
        return JwtKey.OfPublic(name, new RsaSecurityKey(rsa));
    }
}
