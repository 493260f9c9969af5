using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Goim.Settings;

/// <summary>Files of certificates and keys that settings name.</summary>
public static class PemFile
{
    /// <summary>The sentence for a file that holds no certificate in PEM, or cannot be read. Null if it holds one.</summary>
    /// <param name="setting">Name of the setting, as in the environment.</param>
    /// <param name="file">Its value.</param>
    public static string? Problem(string setting, string file) => TryRead(file, out _, out var problem)
        ? null
        : $"{setting} is '{file}', which {problem}: expected a PEM file of certificates.";

    /// <summary>The certificates of a file that <see cref="Problem"/> accepts.</summary>
    /// <exception cref="StartException">The file has changed, and holds no certificate any more.</exception>
    public static X509Certificate2Collection Read(string file) => TryRead(file, out var certificates, out var problem)
        ? certificates
        : throw new StartException($"{file} {problem}: expected a PEM file of certificates.");

    private static bool TryRead(
        string file, [NotNullWhen(true)] out X509Certificate2Collection? certificates, [NotNullWhen(false)] out string? problem)
    {
        certificates = null;
        if (!UserFile.TryRead(file, out var bytes, out problem))
        {
            return false;
        }

        certificates = [];
        try
        {
            // Always UTF-8, since librdkafka reads no other encoding. OpenSSL skips a byte order mark too.
            certificates.ImportFromPem(Encoding.UTF8.GetString(bytes).TrimStart('\uFEFF'));
            problem = certificates.Count > 0 ? null : "holds no certificate in PEM";
        }
        catch (CryptographicException)
        {
            problem = "holds a certificate that is damaged";
        }

        return problem is null;
    }

    /// <summary>
    /// The first certificate of a file, with its key. Null if the files cannot be read, or the key is not the certificate's.
    /// </summary>
    /// <param name="file">PEM file of the certificate, and of its key if <paramref name="keyFile"/> is null.</param>
    /// <param name="keyFile">PEM file of the key, without a password.</param>
    public static X509Certificate2? CertificateWithKey(string file, string? keyFile)
    {
        try
        {
            using var certificate = X509Certificate2.CreateFromPemFile(file, keyFile);

            // Windows takes no key for TLS that exists in memory only, as the key of a PEM file does.
            return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
        }
        catch (Exception unusable)
            when (unusable is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            return null;
        }
    }
}
