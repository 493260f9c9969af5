using System.Diagnostics;
using Goim.Functions.Tests.Hosting;
using Goim.Router;

namespace Goim.Functions.Tests.Integration.Routing;

/// <summary>A node with TLS that asks its callers for a certificate, set up as docs/router-nodes.md says.</summary>
public sealed class ClientCertificateTests : IDisposable
{
    private readonly TestCertificates certificates = new();
    private readonly TestCertificates others = new();

    public void Dispose()
    {
        certificates.Dispose();
        others.Dispose();
    }

    [Fact]
    public async Task Only_an_app_with_a_certificate_of_the_nodes_authority_is_answered()
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(RouterNode).Assembly.Location])
        {
            RedirectStandardOutput = true,
            Environment =
            {
                ["ASPNETCORE_URLS"] = $"https://127.0.0.1:{Ports.Next()}",
                ["Kestrel__Certificates__Default__Path"] = certificates.ServerFile,
                ["Kestrel__Certificates__Default__KeyPath"] = certificates.KeyFile,
                ["Kestrel__EndpointDefaults__ClientCertificateMode"] = "RequireCertificate",
                ["SSL_CERT_FILE"] = certificates.AuthorityFile,
            },
        })!;
        try
        {
            var address = await AddressAsync(process);
            var both = certificates.ServerFile + ".both";
            await File.WriteAllTextAsync(
                both, $"{await File.ReadAllTextAsync(certificates.ServerFile)}\n{await File.ReadAllTextAsync(certificates.KeyFile)}");

            await AnsweredAsync(address, true, Certificate(certificates));
            await AnsweredAsync(address, true, $"--Router:CertificateFile={both}");
            await AnsweredAsync(address, false);
            await AnsweredAsync(address, false, Certificate(others));
        }
        finally
        {
            process.Kill();
        }
    }

    private static string[] Certificate(TestCertificates of) =>
        [$"--Router:CertificateFile={of.ServerFile}", $"--Router:KeyFile={of.KeyFile}"];

    private static async Task<string> AddressAsync(Process node)
    {
        using var limit = new CancellationTokenSource(Eventually.Limit);
        while (await node.StandardOutput.ReadLineAsync(limit.Token) is { } line)
        {
            if (line.StartsWith("Router node on ", StringComparison.Ordinal))
            {
                return line.Split(' ')[3];
            }
        }

        throw new EndOfStreamException("The node did not start.");
    }

    private async Task AnsweredAsync(string address, bool isAnswered, params string[] settings)
    {
        await using var host = await TestHost.StartAsync(
            [], [$"--Router:Nodes:1={address}", $"--Router:CaFile={certificates.AuthorityFile}", .. settings]);
        var answer = await host.PostAsync("/1/push?uid=42", "m");
        if (isAnswered)
        {
            answer.IsOk();
        }
        else
        {
            answer.IsRefused("router node 1 did not answer");
        }
    }
}
