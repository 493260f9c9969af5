using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Goim.Settings;

/// <summary>Checks a setting that names a file of certificates.</summary>
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
}
