using Goim.Functions.Tests.Hosting;

namespace Goim.Functions.Tests.Integration.Comet;

/// <summary>A comet whose managed identity makes it a caller of the app.</summary>
public sealed class CallerIdentityTests : IAsyncLifetime
{
    private const string Audience = "--Comet:CallerAudience=api://goim";
    private TestHost host = null!;
    private FacadeProxy facade = null!;
    private IdentityEndpoint identities = null!;

    public async Task InitializeAsync()
    {
        host = await TestHost.StartAsync();
        facade = await FacadeProxy.StartAsync(host);
        identities = await IdentityEndpoint.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await identities.DisposeAsync();
        await facade.DisposeAsync();
        await host.DisposeAsync();
    }

    [Fact]
    public async Task Calls_carry_the_token_of_the_environments_identity_which_is_asked_for_once()
    {
        using var comet = await StartAsync(Audience);
        await CometHost.UntilReadyAsync(comet.Tcp);
        using var client = await CometClient.ConnectAsync(comet.Tcp, "42");

        Assert.Equal(["Authorization: Bearer token-1"], facade.CredentialsSent().Distinct());
        Assert.Equal(["api://goim"], identities.Requests());
    }

    [Fact]
    public async Task The_client_id_of_a_user_assigned_identity_is_asked_for()
    {
        using var comet = await StartAsync(Audience, "--Comet:CallerIdentity=8f14e45f-ceea-467a-9a36-dedd4bea2543");

        await CometHost.UntilReadyAsync(comet.Tcp);

        Assert.Equal(["api://goim 8f14e45f-ceea-467a-9a36-dedd4bea2543"], identities.Requests());
    }

    [Fact]
    public async Task A_token_that_is_about_to_expire_is_renewed()
    {
        identities.Lifetime = TimeSpan.FromMinutes(4);
        using var comet = await StartAsync(Audience);

        await Eventually.UntilAsync(async () =>
        {
            using var client = await CometClient.OpenAsync(comet.Tcp);
            await client.SendAsync(CometPacket.Auth("42"));
            await client.ReceiveAsync();
            return facade.CredentialsSent().Contains("Authorization: Bearer token-2");
        });

        Assert.Equal("Authorization: Bearer token-1", facade.CredentialsSent()[0]);
    }

    [Fact]
    public async Task A_client_is_told_to_come_back_while_the_identity_has_no_token()
    {
        identities.IsRefusing = true;
        using var comet = await StartAsync(Audience, "--Comet:CallerIdentity=8f14e45f-ceea-467a-9a36-dedd4bea2543");
        using (var client = await CometClient.OpenAsync(comet.Tcp))
        {
            await client.SendAsync(CometPacket.Auth("42"));
            Assert.True((await client.DisconnectedAsync()).Reconnect);
        }

        Assert.Empty(facade.Paths());
        identities.IsRefusing = false;
        await CometHost.UntilReadyAsync(comet.Tcp);
    }

    private Task<CometProcess> StartAsync(params string[] settings) =>
        CometProcess.StartWithoutClientsAsync(host, facade.Url, identities.Environment, settings);
}
