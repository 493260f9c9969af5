using System.Globalization;
using Goim.Protocol;
using Grpc.Core;

namespace Goim.Logic.Routing;

/// <summary>A unary method of a router node.</summary>
/// <param name="Method">Its name, as spans and metrics have it.</param>
/// <param name="Start">Starts a call.</param>
internal sealed record RouterCall<TArg, TReply>(string Method, Func<RouterStubs, TArg, CallOptions, AsyncUnaryCall<TReply>> Start)
{
    public RouterCall(string method, Func<RouterRPC.RouterRPCClient, TArg, CallOptions, AsyncUnaryCall<TReply>> start)
        : this($"goim.router.RouterRPC/{method}", (stubs, arg, options) => start(stubs.Router, arg, options))
    {
    }

    /// <summary>False for a put, which may have left a session where it did not answer.</summary>
    public bool IsRepeatable { get; init; } = true;
}

/// <summary>The services of a router node.</summary>
internal sealed class RouterStubs(ChannelBase channel)
{
    public RouterRPC.RouterRPCClient Router { get; } = new(channel);

    public PackedRouterRPC.PackedRouterRPCClient Packed { get; } = new(channel);
}

/// <summary>The unary methods that the logic tier calls.</summary>
internal static class RouterCalls
{
    public static readonly RouterCall<NoArg, NoReply> Ping = new("Ping", static (router, arg, options) => router.PingAsync(arg, options));

    /// <summary>A Ping that renews the lease of a comet server: the server's id goes along as the header <c>goim-server</c>.</summary>
    public static readonly RouterCall<int, NoReply> Heartbeat = new("Ping", static (router, server, options) =>
        router.PingAsync(new NoArg(), options.WithHeaders(new Metadata { { "goim-server", server.ToString(CultureInfo.InvariantCulture) } })));

    public static readonly RouterCall<PutArg, PutReply> Put = new("Put", static (router, arg, options) => router.PutAsync(arg, options)) { IsRepeatable = false };
    public static readonly RouterCall<MPutArg, MPutReply> MPut = new("MPut", static (router, arg, options) => router.MPutAsync(arg, options));
    public static readonly RouterCall<DelArg, DelReply> Del = new("Del", static (router, arg, options) => router.DelAsync(arg, options));
    public static readonly RouterCall<DelServerArg, NoReply> DelServer = new("DelServer", static (router, arg, options) => router.DelServerAsync(arg, options));
    public static readonly RouterCall<GetArg, GetReply> Get = new("Get", static (router, arg, options) => router.GetAsync(arg, options));
    public static readonly RouterCall<MGetArg, MGetReply> MGet = new("MGet", static (router, arg, options) => router.MGetAsync(arg, options));
    public static readonly RouterCall<PackedMGetArg, PackedMGetReply> PackedMGet = new("goim.router.PackedRouterRPC/MGet", static (stubs, arg, options) => stubs.Packed.MGetAsync(arg, options));
    public static readonly RouterCall<NoArg, AllRoomCountReply> AllRoomCount = new("AllRoomCount", static (router, arg, options) => router.AllRoomCountAsync(arg, options));
    public static readonly RouterCall<NoArg, AllServerCountReply> AllServerCount = new("AllServerCount", static (router, arg, options) => router.AllServerCountAsync(arg, options));
}
