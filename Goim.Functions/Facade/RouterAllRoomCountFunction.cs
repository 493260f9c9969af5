using System.Threading;
using System.Threading.Tasks;
using Goim.Logic.Access;
using Goim.Logic.Facade;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Goim.Functions.Facade;

/// <summary>GET /1/router/allroomcount: sessions per room, over all nodes.</summary>
public sealed class RouterAllRoomCountFunction(AccessCheck access, FacadeGate gate, RouterReads router)
{
    [Function("RouterAllRoomCount")]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, Route = "1/router/allroomcount")] HttpRequestData request,
        CancellationToken cancellationToken) =>
        request.GetCountAsync(access, Scope.Read, gate, router.AllRoomCountAsync, cancellationToken);
}
