using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Goim.Functions.Tests.Hosting;
using Goim.Protocol;
using Goim.Router;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Goim.Functions.Tests.Integration.Routing;

public sealed class ChannelTests
{
    [Fact]
    public async Task Several_addresses_that_keep_sessions_for_themselves_are_refused()
    {
        await using var first = await TestNode.StartAsync();
        await using var second = await TestNode.StartAsync();
        await using var host = await TestHost.StartAsync([], [$"--Router:Nodes:1={first.Address},{second.Address}"]);

        (await host.PostAsync("/1/push?uid=42", "m")).IsRefused("router node 1 answered an error (FailedPrecondition)");
        (await host.PostAsync("/1/connect", """{"token":"42","server":3}"""))
            .IsRefused("router node 1 answered an error (FailedPrecondition)");
        Assert.Equal(0, await CountAsync(first));
        Assert.Equal(0, await CountAsync(second));
    }

    [Fact]
    public async Task Several_addresses_over_a_shared_store_take_turns_and_stand_in_for_each_other()
    {
        var (first, second) = (await SharedAsync(), await SharedAsync());
        await using var host = await TestHost.StartAsync([], [$"--Router:Nodes:1={first.Address},{second.Address}"]);
        var connected = 0;

        // Waits until gRPC has a connection to each address.
        await Eventually.UntilAsync(async () =>
        {
            for (var i = 0; i < 20; i++)
            {
                (await host.PostAsync("/1/connect", """{"token":"42","server":3}""")).GetProperty("data");
                connected++;
            }

            var (one, two) = (await CountAsync(first), await CountAsync(second));
            Assert.Equal(connected, one + two);
            return one > 0 && two > 0;
        });

        await second.DisposeAsync();
        for (var i = 0; i < 20; i++)
        {
            (await host.PostAsync("/1/push?uid=7", "m")).IsOk();
        }

        // Once it is known to be down, no call is tried at that address.
        await host.Http.DeleteAsync("/monitor/stat");
        for (var i = 0; i < 20; i++)
        {
            (await host.PostAsync("/1/push?uid=7", "m")).IsOk();
        }

        var node = (await host.StatAsync()).GetProperty("routers")[0];
        Assert.Equal((20, 0), (node.GetProperty("calls").GetInt32(), node.GetProperty("failures").GetInt32()));
        await first.DisposeAsync();
    }

    [Fact]
    public async Task A_node_with_a_certificate_of_a_private_authority_is_trusted_through_its_file()
    {
        using var authorityKey = ECDsa.Create();
        var authorityRequest = new CertificateRequest("CN=Test authority", authorityKey, HashAlgorithmName.SHA256);
        authorityRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var authority = authorityRequest.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var certificate = Issue(authority);
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, authority.ExportCertificatePem());

        await using var node = RouterNode.Build(["--urls", "https://127.0.0.1:0", "--Logging:LogLevel:Default=None"], builder =>
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureHttpsDefaults(https => https.ServerCertificate = certificate)));
        await node.StartAsync();

        await using var trusting = await TestHost.StartAsync([], [$"--Router:Nodes:1={node.Urls.First()}", $"--Router:CaFile={file}"]);
        (await trusting.PostAsync("/1/push?uid=42", "m")).IsOk();
        await using var strange = await TestHost.StartAsync([], [$"--Router:Nodes:1={node.Urls.First()}"]);
        (await strange.PostAsync("/1/push?uid=42", "m")).IsRefused("router node 1");
        File.Delete(file);
    }

    // A node whose answers say that its store is shared, as a node over Redis does.
    private static async Task<int> CountAsync(TestNode node) => (await node.Client.CountAsync(new NoArg())).Count;

    private static Task<TestNode> SharedAsync() =>
        TestNode.StartAsync(new SaidHeaders { ["goim-store"] = "redis", ["goim-store-id"] = "00000000000000aa" }.AddTo);

    private static X509Certificate2 Issue(X509Certificate2 authority)
    {
        using var key = ECDsa.Create();
        var request = new CertificateRequest("CN=router", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var issued = request.Create(authority, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1), [1, 2, 3, 4]);
        using var withKey = issued.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pfx), null);
    }
}
