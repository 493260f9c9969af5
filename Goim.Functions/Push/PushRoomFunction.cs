using System.Threading;
using System.Threading.Tasks;
using Goim.Functions.Http;
using Goim.Functions.Outputs;
using Goim.Logic.Push;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Goim.Functions.Push;

/// <summary>POST /1/push/room?rid={room}&amp;ensure={bool}: sends the body to every connection in a room.</summary>
public sealed class PushRoomFunction(Pusher pusher)
{
    [Function("PushRoom")]
    public async Task<RoomPushOutput> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, Route = "1/push/room")] HttpRequestData request,
        CancellationToken cancellationToken)
    {
        if (request.WrongMethod("POST") is { } wrong)
        {
            return RoomPushOutput.Refuse(request, wrong);
        }

        var query = request.ReadQuery();
        if (!query.TryGetInt32("rid", out var roomId, out var problem)
            || !(await request.ReadBodyAsync(pusher.MaxMessageBytes, cancellationToken)).Is(out var message, out problem))
        {
            return RoomPushOutput.Refuse(request, problem);
        }

        return RoomPushOutput.Answer(request, pusher.PushRoom(roomId, query.IsTrue("ensure"), message));
    }
}
