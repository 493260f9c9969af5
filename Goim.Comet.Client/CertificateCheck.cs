using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Goim.Comet.Client;

/// <summary>Checks the server's certificate in one attempt to connect.</summary>
/// <param name="check">The program's check; null for that of the operating system.</param>
internal sealed class CertificateCheck(RemoteCertificateValidationCallback? check)
{
    /// <summary>Why the certificate is refused, as a sentence; null if it is not.</summary>
    public string? Refusal { get; private set; }

    public bool IsTrusted(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (check is null)
        {
            Refusal = errors == SslPolicyErrors.None ? null : $"The remote certificate is invalid: {Problems(chain, errors)}.";
        }
        else
        {
            // A check that throws has refused it too.
            Refusal = "The remote certificate is refused by ServerCertificateCheck.";
            Refusal = check(sender, certificate, chain, errors) ? null : Refusal;
        }

        return Refusal is null;
    }

    private static string Problems(X509Chain? chain, SslPolicyErrors errors) =>
        string.Join(", ", [errors.ToString(), .. (chain?.ChainStatus ?? []).Select(static each => each.Status.ToString())]);
}
