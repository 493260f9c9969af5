using System.Threading;
using System.Threading.Tasks;
using Goim.Logic.Access;
using Goim.Logic.Push;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Goim.Functions.Push;

/// <summary>
/// POST /1/push/rooms with <c>{"m":any JSON,"r":[rooms],"ensure":true}</c>: sends <c>m</c> to every connection in many rooms.
/// </summary>
public sealed class PushRoomsFunction(AccessCheck access, PushGates gates, Pusher pusher)
{
    [Function("PushRooms")]
    public async Task<RoomPushOutput> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, Route = "1/push/rooms")] HttpRequestData request,
        CancellationToken cancellationToken) =>
        RoomPushOutput.From(await request.PushAsync(access, gates, pusher, PushKind.Rooms, cancellationToken));
}
