using System.Threading;
using System.Threading.Tasks;
using Goim.Logic.Facade;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Goim.Functions.Facade;

/// <summary>GET /1/router/allroomcount: sessions per room, over all nodes.</summary>
public sealed class RouterAllRoomCountFunction(FacadeGate gate, RouterFacade facade)
{
    [Function("RouterAllRoomCount")]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, Route = "1/router/allroomcount")] HttpRequestData request,
        CancellationToken cancellationToken) =>
        request.GetCountAsync(gate, facade.AllRoomCountAsync, cancellationToken);
}
