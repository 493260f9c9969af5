using Goim.Functions.Tests.Hosting;
using Goim.Router;
using Goim.Router.Access;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Goim.Functions.Tests.Integration.Router;

/// <summary>A node that other machines can call: it warns at start if they need no token.</summary>
public sealed class OpenNodeTests
{
    private const string Warning =
        "Warning: The node listens on http://[::]:7270 without RouterNode__Token: whoever reaches it can read and change all sessions.";

    [Theory]
    [InlineData("http://127.0.0.1:7270", false)]
    [InlineData("https://127.8.0.1:7270", false)]
    [InlineData("http://[::1]:7270", false)]
    [InlineData("http://localhost:7270", false)]
    [InlineData("http://unix:/run/router.sock", false)]
    [InlineData("http://[::]:7270", true)]
    [InlineData("http://0.0.0.0:8080", true)]
    [InlineData("http://*:8080", true)]
    [InlineData("https://+:8080", true)]
    [InlineData("http://10.0.0.4:7270", true)]
    public void Other_machines_reach_every_address_but_loopback(string url, bool isBeyond) =>
        Assert.Equal(isBeyond, OpenNode.IsBeyondLoopback(url));

    [Fact]
    public async Task Without_a_token_it_warns_once_of_the_addresses_that_others_reach() =>
        Assert.Equal((1, 1), await WarningsAsync(["http://127.0.0.1:7271", "http://[::]:7270"]));

    [Fact]
    public async Task With_a_token_it_does_not_warn() =>
        Assert.Equal((0, 0), await WarningsAsync(["http://[::]:7270"], "--RouterNode:Token=token-of-the-test"));

    [Fact]
    public async Task On_loopback_it_does_not_warn()
    {
        using var log = new LogLines();
        await using var node = await TestNode.StartAsync(log.AddTo);

        Assert.Equal(0, log.Count("RouterNode__Token"));
    }

    // The whole node, with a server that reports these addresses and listens nowhere: a test opens no port to other machines.
    private static async Task<(int Expected, int All)> WarningsAsync(string[] addresses, params string[] settings)
    {
        using var log = new LogLines();
        await using var node = RouterNode.Build(["--Logging:LogLevel:Default=Warning", .. settings], builder =>
        {
            log.AddTo(builder);
            builder.Services.AddSingleton<IServer>(new DeafServer(addresses));
        });
        await node.StartAsync();
        return (log.Count(Warning), log.Count("Warning"));
    }

    private sealed class DeafServer : IServer
    {
        public DeafServer(string[] addresses)
        {
            var feature = new ServerAddressesFeature();
            Array.ForEach(addresses, feature.Addresses.Add);
            Features.Set<IServerAddressesFeature>(feature);
        }

        public IFeatureCollection Features { get; } = new FeatureCollection();

        public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
            where TContext : notnull => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose()
        {
        }
    }
}
