using System.Threading;
using System.Threading.Tasks;
using Goim.Functions.Facade;
using Goim.Logic.Access;
using Goim.Logic.Facade;
using Goim.Logic.Rooms;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Goim.Functions.Rooms;

/// <summary>GET /1/room/users?rid={room}&amp;after={next}&amp;limit={users}: who is in a room, a page at a time.</summary>
public sealed class RoomUsersFunction(AccessCheck access, FacadeGate gate, AnswerGate answers, RoomUsers users)
{
    [Function("RoomUsers")]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, Route = "1/room/users")] HttpRequestData request,
        CancellationToken cancellationToken) =>
        request.GetAsync(
            access, Scope.Read, gate, answers,
            (_, query, cancellation) => users.ListAsync(query, cancellation),
            cancellationToken);
}
