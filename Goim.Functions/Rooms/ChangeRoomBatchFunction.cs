using System.Threading;
using System.Threading.Tasks;
using Goim.Functions.Facade;
using Goim.Logic.Access;
using Goim.Logic.Facade;
using Goim.Logic.Rooms;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Goim.Functions.Rooms;

/// <summary>POST /1/room/changes with <c>{"server":3,"changes":[{"key":"42_1","roomId":7}]}</c>: moves connections of a comet.</summary>
public sealed class ChangeRoomBatchFunction(AccessCheck access, FacadeGate gate, ChangeRequests changes)
{
    [Function("ChangeRoomBatch")]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, Route = "1/room/changes")] HttpRequestData request,
        CancellationToken cancellationToken) =>
        request.PostAsync(
            access, Scope.Comet, gate, ChangeRequests.MaxBatchBytes,
            changes.ChangeManyAsync,
            cancellationToken);
}
