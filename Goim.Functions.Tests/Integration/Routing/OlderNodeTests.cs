using Goim.Functions.Tests.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Goim.Functions.Tests.Integration.Routing;

/// <summary>A router node of a version before this app's: it does not send the header <c>goim-store-id</c>.</summary>
public sealed class OlderNodeTests
{
    private const string TooOld =
        "router node 1 answered as an older version: expected this app's version or a later one (upgrade router nodes first), ";

    [Fact]
    public async Task An_older_node_is_named_and_carries_out_nothing()
    {
        await using var node = await TestNode.StartAsync(builder => builder.Services.AddSingleton<IStartupFilter, WithoutStoreId>());
        await using var host = await TestHost.StartAsync([], [$"--Router:Nodes:1={node.Address}"]);

        for (var i = 0; i < 2; i++)
        {
            (await host.PostAsync("/1/connect", """{"token":"42","server":3}""")).IsRefused($"{TooOld}the client is not connected.");
            (await host.PostAsync("/1/push?uid=42", "m")).IsRefused($"{TooOld}nothing was sent.");
            (await host.PostAsync("/1/server/del?server=3", "")).IsRefused(TooOld);
            (await host.PostAsync("/1/heartbeat", """{"server":3}""")).IsRefused(TooOld);
        }

        Assert.Equal(0, (await node.Client.CountAsync(new Goim.Protocol.NoArg())).Count);
    }

    private sealed class WithoutStoreId : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((context, rest) =>
            {
                context.Response.OnStarting(() =>
                {
                    context.Response.Headers.Remove("goim-store-id");
                    return Task.CompletedTask;
                });
                return rest(context);
            });
            next(app);
        };
    }
}
