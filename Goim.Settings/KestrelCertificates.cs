using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Extensions.Configuration;

namespace Goim.Settings;

/// <summary>
/// Checks the certificate files of Kestrel's own settings (<c>Kestrel__Certificates__{name}__Path</c>, <c>__KeyPath</c>, and
/// <c>Kestrel__Endpoints__{name}__Certificate__*</c>), since Kestrel does not say which file is wrong.
/// </summary>
public static class KestrelCertificates
{
    /// <exception cref="StartException">A file cannot be read, or does not hold what the setting is for.</exception>
    public static void Check(IConfiguration configuration)
    {
        var named = configuration.GetSection("Kestrel:Certificates").GetChildren();
        var endpoints = configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(each => each.GetSection("Certificate"));
        foreach (var certificate in named.Concat(endpoints))
        {
            var (path, keyPath) = (certificate.GetSection("Path"), certificate.GetSection("KeyPath"));
            if (keyPath.Value is { Length: > 0 })
            {
                Check(path, HasCertificate, "a certificate in PEM");
                Check(keyPath, HasKey, "its key in PEM");
            }
            else
            {
                Check(path, IsPfx, "a PFX file, or a certificate in PEM with its key in KeyPath");
            }
        }
    }

    private static void Check(IConfigurationSection setting, Func<byte[], bool> isValid, string expected)
    {
        if (setting.Value is not { Length: > 0 } file)
        {
            return;
        }

        if (!UserFile.TryRead(file, out var bytes, out var problem) || !isValid(bytes))
        {
            var name = setting.Path.Replace(":", "__", StringComparison.Ordinal);
            throw new StartException($"{name} is '{file}'{(problem is null ? "" : $", which {problem}")}: expected {expected}.");
        }
    }

    private static bool HasCertificate(byte[] bytes)
    {
        try
        {
            var certificates = new X509Certificate2Collection();
            certificates.ImportFromPem(Text(bytes));
            return certificates.Count > 0;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static bool HasKey(byte[] bytes) => Text(bytes).Contains("PRIVATE KEY-----", StringComparison.Ordinal);

    private static bool IsPfx(byte[] bytes)
    {
        try
        {
            return X509Certificate2.GetCertContentType(bytes) == X509ContentType.Pfx;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes).TrimStart('\uFEFF');
}
