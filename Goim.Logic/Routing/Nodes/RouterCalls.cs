using Goim.Protocol;
using Grpc.Core;

namespace Goim.Logic.Routing.Nodes;

/// <summary>Every call that the app makes to a router node.</summary>
internal static class RouterCalls
{
    // As JSON, more would exceed the limit of an answer: a session has 21 bytes or more.
    private const int MaxPageSessions = RouterLimits.MaxReplyBytes / 21;

    private const string Router = "goim.router.RouterRPC", Packed = "goim.router.PackedRouterRPC";

    public static readonly RouterCall<NoArg, PingAnswer> Ping = new(
        new(Router, "Ping"), static (node, arg, options) => node.PingAsync(arg, options));

    public static readonly RouterCall<HeartbeatArg, HeartbeatReply> Heartbeat = new(
        new(Router, "Heartbeat"), static (node, arg, options) => node.ReplyOf(node.Router.HeartbeatAsync(arg, options)));

    /// <summary>Registers a session. With its request id, a repeated call registers it once.</summary>
    public static readonly RouterCall<PutArg, PutReply> Put = new(
        new(Router, "Put"), static (node, arg, options) => node.ReplyOf(node.Router.PutAsync(arg, options)));

    public static readonly RouterCall<MPutArg, MPutReply> MPut = new(
        new(Router, "MPut"), static (node, arg, options) => node.ReplyOf(node.Router.MPutAsync(arg, options)));

    /// <summary>Deletes a session. The function gives the argument as it is now, since a deletion carries its age.</summary>
    public static readonly RouterCall<Func<DelArg>, DelReply> Del = new(
        new(Router, "Del"), static (node, arg, options) => node.ReplyOf(node.Router.DelAsync(arg(), options)));

    /// <summary>Deletes many sessions, as <see cref="Del"/> deletes one.</summary>
    public static readonly RouterCall<Func<MDelArg>, MDelReply> MDel = new(
        new(Router, "MDel"), static (node, arg, options) => node.ReplyOf(node.Router.MDelAsync(arg(), options)));

    /// <summary>Deletes the sessions of a comet server, as <see cref="Del"/> deletes one.</summary>
    public static readonly RouterCall<Func<DelServerArg>, NoReply> DelServer = new(
        new(Router, "DelServer"), static (node, arg, options) => node.ReplyOf(node.Router.DelServerAsync(arg(), options)));

    public static readonly RouterCall<GetArg, GetReply> Get = new(
        new(Router, "Get"), static (node, arg, options) => node.ReplyOf(node.Router.GetAsync(arg, options)));

    public static readonly RouterCall<PackedMGetArg, PackedMGetReply> PackedMGet = new(
        new(Packed, "MGet"), static (node, arg, options) => node.ReplyOf(node.Packed.MGetAsync(arg, options)));

    /// <summary>
    /// A page of a node's users. The node answers in parts, which are put together. The page ends early when it has <c>MaxPageSessions</c>.
    /// </summary>
    public static readonly RouterCall<GetAllArg, GetAllReply> GetAll = new(new(Router, "GetAll"), GetAllAsync);

    public static readonly RouterCall<NoArg, PackedCountReply> AllRoomCount = new(
        new(Packed, "AllRoomCount"), static (node, arg, options) => node.ReplyOf(node.Packed.AllRoomCountAsync(arg, options)));

    public static readonly RouterCall<NoArg, PackedCountReply> AllServerCount = new(
        new(Packed, "AllServerCount"), static (node, arg, options) => node.ReplyOf(node.Packed.AllServerCountAsync(arg, options)));

    /// <summary>Sessions of one room; -1: in no room.</summary>
    public static readonly RouterCall<RoomCountArg, RoomCountReply> RoomCount = new(
        new(Router, "RoomCount"), static (node, arg, options) => node.ReplyOf(node.Router.RoomCountAsync(arg, options)));

    public static readonly RouterCall<NoArg, TotalsReply> Totals = new(
        new(Packed, "Totals"), static (node, arg, options) => node.ReplyOf(node.Packed.TotalsAsync(arg, options)));

    /// <summary>A page of a node's users with a session in a room.</summary>
    public static readonly RouterCall<RoomUsersArg, RoomUsersReply> RoomUsers = new(
        new(Packed, "RoomUsers"), static (node, arg, options) => node.ReplyOf(node.Packed.RoomUsersAsync(arg, options)));

    /// <summary>Moves sessions to other rooms, or ends such changes. A repeated call does the same once.</summary>
    public static readonly RouterCall<MChangeRoomArg, MChangeRoomReply> MChangeRoom = new(
        new(Router, "MChangeRoom"), static (node, arg, options) => node.ReplyOf(node.Router.MChangeRoomAsync(arg, options)));

    private static async Task<GetAllReply> GetAllAsync(NodeStubs node, GetAllArg arg, CallOptions options)
    {
        using var stream = node.Router.GetAll(arg, options);
        var all = new GetAllReply();
        for (var sessions = 0; sessions < MaxPageSessions && await stream.ResponseStream.MoveNext(options.CancellationToken);)
        {
            var part = stream.ResponseStream.Current;
            sessions += part.Sessions.Sum(user => user.Seqs.Count);
            all.MergeFrom(part);
        }

        return all;
    }
}
