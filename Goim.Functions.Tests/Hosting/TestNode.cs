using Goim.Protocol;
using Goim.Router;
using Goim.Router.Memory;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Goim.Functions.Tests.Hosting;

/// <summary>A router node on a port of its own, and a client of it.</summary>
internal sealed class TestNode : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly GrpcChannel channel;

    private TestNode(WebApplication app)
    {
        this.app = app;
        Address = app.Urls.First();
        channel = GrpcChannel.ForAddress(Address);
        Client = new RouterRPC.RouterRPCClient(channel);
    }

    public string Address { get; }

    public GrpcChannel Channel => channel;

    public RouterRPC.RouterRPCClient Client { get; }

    public IServiceProvider Services => app.Services;

    public static async Task<TestNode> StartAsync(Action<WebApplicationBuilder>? configure = null, params string[] settings)
    {
        var app = RouterNode.Build(
            ["--urls", $"http://127.0.0.1:{Ports.Next()}", "--Logging:LogLevel:Default=Warning", .. settings], configure);
        await app.StartAsync();
        return new TestNode(app);
    }

    /// <summary>Runs the node's periodic sweep: removes users that have had no session for longer than the expiry.</summary>
    public void Expire() => app.Services.GetRequiredService<MemorySessions>().Expire();

    /// <summary>Puts sessions until the user gets number <paramref name="seq"/>, and deletes the others again.</summary>
    public async Task PutAsync(long userId, int seq, int server, int room)
    {
        while (true)
        {
            var put = await Client.PutAsync(new PutArg { UserId = userId, Server = server, RoomId = room });
            if (put.Seq == seq)
            {
                return;
            }

            Assert.True(put.Seq < seq, $"user {userId} has had a session {put.Seq} already");
            await Client.DelAsync(new DelArg { UserId = userId, Seq = put.Seq });
        }
    }

    /// <summary>Whether the node reaches its store.</summary>
    public async Task<bool> AnswersAsync()
    {
        try
        {
            await Client.CountAsync(new NoArg());
            return true;
        }
        catch (RpcException away) when (away.StatusCode == StatusCode.Unavailable)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        channel.Dispose();
        await app.DisposeAsync();
    }
}
