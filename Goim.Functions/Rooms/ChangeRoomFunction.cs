using System.Threading;
using System.Threading.Tasks;
using Goim.Functions.Facade;
using Goim.Functions.Http;
using Goim.Logic.Access;
using Goim.Logic.Facade;
using Goim.Logic.Rooms;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Goim.Functions.Rooms;

/// <summary>POST /1/room/change with <c>{"key":"42_1","roomId":7}</c>: moves a connection to another room.</summary>
public sealed class ChangeRoomFunction(AccessCheck access, FacadeGate gate, ChangeRequests changes)
{
    [Function("ChangeRoom")]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, Route = "1/room/change")] HttpRequestData request,
        CancellationToken cancellationToken) =>
        request.PostAsync(
            access, Scope.Admin, gate, ChangeRequests.MaxBodyBytes,
            (entry, body, cancellation) => changes.ChangeAsync(entry, body, request.Audit, cancellation),
            cancellationToken);
}
