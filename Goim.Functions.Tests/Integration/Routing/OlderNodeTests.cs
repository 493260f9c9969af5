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

    [Fact]
    public async Task A_node_from_before_rooms_could_be_changed_is_named()
    {
        await using var node = await TestNode.StartAsync(builder => builder.Services.AddSingleton<IStartupFilter, WithoutRooms>());
        await using var host = await TestHost.StartAsync([], [$"--Router:Nodes:1={node.Address}"]);
        Assert.Equal(1, (await host.PostAsync("/1/connect", """{"token":"42","server":3}""")).Ret());

        (await host.PostAsync("/1/room/change", """{"key":"42_1","roomId":7}""")).IsRefused($"{TooOld}nothing was changed.");
        (await host.PostAsync("/1/room/changes", """{"server":3,"changes":[{"key":"42_1","roomId":7}]}""")).HasData(
            $$"""{"changes":[{"error":"{{TooOld}}nothing was changed.","retry":false}]}""");
        (await host.GetAsync("/1/room/users?rid=1")).IsRefused($"{TooOld}the users of the room are not known.");
        (await host.GetAsync("/1/count?type=total")).IsRefused($"{TooOld}the count would be short.");
        var answer = await host.PostRawAsync("/1/room/change", """{"key":"42_1","roomId":7}"""u8.ToArray(), "X-Goim-Errors: http");
        Assert.Equal(502, answer.Status);

        // What it has is used as ever.
        (await host.GetAsync("/1/count?type=room&rid=1")).HasData("""{"sessions":1}""");
        (await host.PostAsync("/1/kick?uid=42", "")).HasData("""{"sessions":1}""");
    }

    // gRPC answers Unimplemented to a method that a service does not have.
    private sealed class WithoutRooms : IStartupFilter
    {
        private static readonly string[] Missing = ["/MChangeRoom", "/RoomUsers", "/Totals"];

        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((context, rest) =>
            {
                var path = context.Request.Path.Value!;
                context.Request.Path = Array.Exists(Missing, path.EndsWith) ? $"{path}OfLater" : path;
                return rest(context);
            });
            next(app);
        };
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
