using System.Globalization;
using Goim.Protocol;
using Grpc.Core;

namespace Goim.Logic.Routing.Nodes;

/// <summary>Every call that the app makes to a router node.</summary>
internal static class RouterCalls
{
    private const string Router = "goim.router.RouterRPC", Packed = "goim.router.PackedRouterRPC";

    public static readonly RouterCall<NoArg, NoReply> Ping = new(
        new(Router, "Ping"), static (node, arg, options) => node.ReplyOf(node.Router.PingAsync(arg, options)));

    /// <summary>A Ping that renews the lease of a comet server. The header <c>goim-server</c> carries the server's id.</summary>
    public static readonly RouterCall<int, NoReply> Heartbeat = new(
        Ping.Method,
        static (node, server, options) => node.ReplyOf(node.Router.PingAsync(
            new NoArg(), options.WithHeaders(new Metadata { { "goim-server", server.ToString(CultureInfo.InvariantCulture) } }))));

    public static readonly RouterCall<PutArg, PutReply> Put = new(
        new(Router, "Put") { IsRepeatable = false }, static (node, arg, options) => node.ReplyOf(node.Router.PutAsync(arg, options)));

    public static readonly RouterCall<MPutArg, MPutReply> MPut = new(
        new(Router, "MPut"), static (node, arg, options) => node.ReplyOf(node.Router.MPutAsync(arg, options)));

    public static readonly RouterCall<DelArg, DelReply> Del = new(
        new(Router, "Del"), static (node, arg, options) => node.ReplyOf(node.Router.DelAsync(arg, options)));

    public static readonly RouterCall<DelServerArg, NoReply> DelServer = new(
        new(Router, "DelServer"), static (node, arg, options) => node.ReplyOf(node.Router.DelServerAsync(arg, options)));

    public static readonly RouterCall<GetArg, GetReply> Get = new(
        new(Router, "Get"), static (node, arg, options) => node.ReplyOf(node.Router.GetAsync(arg, options)));

    public static readonly RouterCall<PackedMGetArg, PackedMGetReply> PackedMGet = new(new(Packed, "MGet"), PackedMGetAsync);

    /// <summary>A page of a node's users. The node answers in parts, which are put together.</summary>
    public static readonly RouterCall<GetAllArg, GetAllReply> GetAll = new(new(Router, "GetAll"), GetAllAsync);

    public static readonly RouterCall<NoArg, AllRoomCountReply> AllRoomCount = new(
        new(Router, "AllRoomCount"), static (node, arg, options) => node.ReplyOf(node.Router.AllRoomCountAsync(arg, options)));

    public static readonly RouterCall<NoArg, AllServerCountReply> AllServerCount = new(
        new(Router, "AllServerCount"), static (node, arg, options) => node.ReplyOf(node.Router.AllServerCountAsync(arg, options)));

    private static readonly RouterMethod MGet = new(Router, "MGet");

    /// <summary>The methods of all calls.</summary>
    public static IReadOnlyList<RouterMethod> Methods { get; } =
    [
        Ping.Method, Put.Method, MPut.Method, Del.Method, DelServer.Method, Get.Method, PackedMGet.Method, MGet, GetAll.Method,
        AllRoomCount.Method, AllServerCount.Method,
    ];

    // A node that lacks PackedRouterRPC is asked with RouterRPC's MGet.
    private static async Task<PackedMGetReply> PackedMGetAsync(NodeStubs node, PackedMGetArg arg, CallOptions options)
    {
        try
        {
            if (!node.LacksPacked)
            {
                return await node.ReplyOf(node.Packed.MGetAsync(arg, options));
            }
        }
        catch (RpcException older) when (older.StatusCode == StatusCode.Unimplemented)
        {
            node.LacksPacked = true;
        }

        var unpacked = new MGetArg { UserIds = { arg.UserIds } };
        return PackedReply.Pack(unpacked, await node.ReplyOf(node.Router.MGetAsync(unpacked, options)));
    }

    private static async Task<GetAllReply> GetAllAsync(NodeStubs node, GetAllArg arg, CallOptions options)
    {
        using var stream = node.Router.GetAll(arg, options);
        var all = new GetAllReply();
        while (await stream.ResponseStream.MoveNext(options.CancellationToken))
        {
            all.MergeFrom(stream.ResponseStream.Current);
        }

        return all;
    }
}
