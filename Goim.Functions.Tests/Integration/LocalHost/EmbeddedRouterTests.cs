using Goim.Functions.Tests.Hosting;
using Goim.LocalHost;
using Goim.Logic.Routing;
using Goim.Protocol;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Goim.Functions.Tests.Integration.LocalHost;

/// <summary>The router node inside the local host: only the local host calls it.</summary>
public sealed class EmbeddedRouterTests
{
    // A copy of local.settings.sample.json has tokens for nodes elsewhere.
    [Fact]
    public async Task It_answers_the_local_host_and_nobody_else()
    {
        const string Elsewhere = "token-of-nodes-elsewhere";
        await using var host = await LocalHostApp.StartAsync(
        [
            "--urls=http://127.0.0.1:0", "--Logging:LogLevel:Default=Error",
            $"--RouterNode:Token={Elsewhere}", $"--Router:Token={Elsewhere}",
        ]);
        var options = host.Services.GetRequiredService<IOptions<RouterOptions>>().Value;
        using var channel = GrpcChannel.ForAddress(options.Nodes["1"]);
        var stranger = new RouterRPC.RouterRPCClient(channel);

        foreach (var headers in new Metadata[] { [], new() { { "authorization", $"Bearer {Elsewhere}" } } })
        {
            var refused = await Assert.ThrowsAsync<RpcException>(async () => await stranger.PingAsync(new NoArg(), headers));
            Assert.Equal(StatusCode.Unauthenticated, refused.StatusCode);
        }

        using var http = new HttpClient { BaseAddress = new Uri(host.Url) };
        Assert.DoesNotContain(options.Token!, await http.GetStringAsync("/local/settings"), StringComparison.Ordinal);
        await Eventually.UntilAsync(async () => (await http.GetAsync("/monitor/ping")).IsSuccessStatusCode);
    }

    [Fact]
    public async Task Its_token_is_a_new_one_at_each_start()
    {
        var tokens = new HashSet<string>();
        for (var i = 0; i < 2; i++)
        {
            await using var host = await LocalHostApp.StartAsync(["--urls=http://127.0.0.1:0", "--Logging:LogLevel:Default=Error"]);
            Assert.True(tokens.Add(host.Services.GetRequiredService<IOptions<RouterOptions>>().Value.Token!));
        }
    }
}
