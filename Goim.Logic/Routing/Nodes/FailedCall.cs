using System.Globalization;
using Grpc.Core;

namespace Goim.Logic.Routing.Nodes;

/// <summary>Reads the status and the trailers of a call that failed.</summary>
internal static class FailedCall
{
    /// <summary>The failure, without whether the call may have arrived.</summary>
    public static NodeFailure Read(RpcException failed, string node, NodeStore store) => new(node, StatusOf(failed))
    {
        // A node that has answered a ping and does not have the method is older than the method.
        IsTooOld = store.IsTooOld || (failed.StatusCode == StatusCode.Unimplemented && store.Id.Length > 0),
        StoreId = store.Id,
        ColdMs = NumberOf(failed.Trailers, "goim-cold"),
        MaxSessions = NumberOf(failed.Trailers, "goim-max-sessions"),
        Reason = failed.StatusCode == StatusCode.Unauthenticated
            ? RefusalReason.Token
            : RefusalReasons.Of(failed.Trailers.GetValue("goim-reason")),
    };

    // gRPC reports a connection that broke during a call as an internal error.
    public static StatusCode StatusOf(RpcException failed) =>
        failed.Status.DebugException is HttpRequestException or IOException ? StatusCode.Unavailable : failed.StatusCode;

    private static int NumberOf(Metadata trailers, string name) =>
        int.TryParse(trailers.GetValue(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
