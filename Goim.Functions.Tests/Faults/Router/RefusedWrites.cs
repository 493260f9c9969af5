using Goim.Functions.Tests.Hosting;
using Goim.Protocol;
using Grpc.Core;

namespace Goim.Functions.Tests.Faults.Router;

/// <summary>Calls of a node whose Redis refuses writes.</summary>
internal static class RefusedWrites
{
    /// <summary>Time in which a node notices that Redis refuses writes, or takes them again.</summary>
    public static readonly TimeSpan Notice = TimeSpan.FromSeconds(2);

    /// <summary>The call is refused with a status, and a reason in the trailer <c>goim-reason</c>.</summary>
    public static async Task AssertRefusedAsync<T>(StatusCode status, string reason, AsyncUnaryCall<T> call)
    {
        var refusal = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);
        Assert.Equal((status, reason), (refusal.StatusCode, refusal.Trailers.GetValue("goim-reason")));
    }

    /// <summary>Waits until the answers' header <c>goim-puts</c> has a value; null: is missing.</summary>
    public static Task UntilPutsAreAsync(TestNode node, string? value) => Eventually.UntilAsync(
        async () =>
        {
            using var ping = node.Client.PingAsync(new NoArg());
            return (await ping.ResponseHeadersAsync).GetValue("goim-puts") == value;
        },
        Notice);

    /// <summary>Waits until a put is taken again.</summary>
    public static Task UntilPutsWorkAsync(TestNode node) => Eventually.UntilAsync(
        async () =>
        {
            try
            {
                return (await node.Client.PutAsync(new PutArg { UserId = 7, Server = 9, RoomId = 9 })).Seq > 0;
            }
            catch (RpcException refused) when (
                refused.StatusCode is StatusCode.ResourceExhausted or StatusCode.FailedPrecondition or StatusCode.Unavailable)
            {
                return false;
            }
        },
        Notice);
}
