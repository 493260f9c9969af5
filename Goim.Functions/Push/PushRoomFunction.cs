using System.Threading;
using System.Threading.Tasks;
using Goim.Logic.Access;
using Goim.Logic.Push;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Goim.Functions.Push;

/// <summary>POST /1/push/room?rid={room}&amp;ensure={bool}: sends the body to every connection in a room.</summary>
public sealed class PushRoomFunction(AccessCheck access, PushGates gates, Pusher pusher)
{
    [Function("PushRoom")]
    public async Task<RoomPushOutput> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, Route = "1/push/room")] HttpRequestData request,
        CancellationToken cancellationToken) =>
        RoomPushOutput.From(await request.PushAsync(access, gates, pusher, PushKind.Room, cancellationToken));
}
