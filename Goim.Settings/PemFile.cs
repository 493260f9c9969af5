using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Goim.Settings;

/// <summary>Files of certificates and keys that settings name.</summary>
public static class PemFile
{
    /// <summary>Whether the file can be read and holds at least one certificate in PEM.</summary>
    public static bool HasCertificates(string file)
    {
        try
        {
            var certificates = new X509Certificate2Collection();
            certificates.ImportFromPemFile(file);
            return certificates.Count > 0;
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException or CryptographicException)
        {
            return false;
        }
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
