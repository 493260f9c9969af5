using Goim.Comet.Client;
using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Comet;

/// <summary>TLS by Kestrel's settings, over TCP and WebSocket.</summary>
public sealed class TlsTests
{
    [Fact]
    public async Task Clients_connect_over_TLS_and_get_their_messages()
    {
        using var certificates = new TestCertificates();
        await using var host = await TestHost.StartAsync();
        var (web, tcp) = (Ports.Next(), Ports.Next());
        using var comet = await CometProcess.StartWithoutClientsAsync(
            host,
            null,
            $"--Kestrel:Endpoints:Web:Url=https://127.0.0.1:{web}",
            $"--Kestrel:Endpoints:Tcp:Url=https://127.0.0.1:{tcp}",
            $"--Kestrel:Certificates:Default:Path={certificates.ServerFile}",
            $"--Kestrel:Certificates:Default:KeyPath={certificates.KeyFile}");
        await CometHost.UntilReadyAsync(new Uri($"tls://127.0.0.1:{tcp}"), certificates.AuthorityFile);
        using var overTcp = await CometClient.ConnectAsync(new Uri($"tls://127.0.0.1:{tcp}"), "42", certificates.AuthorityFile);
        using var overWeb = await CometClient.ConnectAsync(new Uri($"wss://127.0.0.1:{web}/sub"), "43", certificates.AuthorityFile);
        await using var library = await ConnectAsync(new Uri($"tls://127.0.0.1:{tcp}"), certificates);
        await using var libraryOverWeb = await ConnectAsync(new Uri($"wss://127.0.0.1:{web}/sub"), certificates);

        await host.PushAsync("push/all", "secret");

        Assert.Equal("secret", await NextAsync(library));
        Assert.Equal("secret", await NextAsync(libraryOverWeb));
        await overTcp.ExpectAsync("secret");
        await overWeb.ExpectAsync("secret");
        await overTcp.AnswersHeartbeatAsync();
        await overWeb.AnswersHeartbeatAsync();
    }

    private static Task<GoimConnection> ConnectAsync(Uri server, TestCertificates certificates) =>
        GoimConnection.ConnectAsync(new GoimConnectionOptions(server, "44")
        {
            ServerCertificateCheck = (_, certificate, _, _) => certificate?.GetCertHashString() == certificates.Server.GetCertHashString(),
        });

    private static async Task<string> NextAsync(GoimConnection connection)
    {
        using var limit = new CancellationTokenSource(Eventually.Limit);
        await using var messages = connection.ReadAllAsync(limit.Token).GetAsyncEnumerator();
        Assert.True(await messages.MoveNextAsync());
        return messages.Current.ToString();
    }
}
