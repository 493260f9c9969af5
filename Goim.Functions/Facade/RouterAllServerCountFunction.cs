using System.Threading;
using System.Threading.Tasks;
using Goim.Logic.Access;
using Goim.Logic.Facade;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Goim.Functions.Facade;

/// <summary>GET /1/router/allservercount: sessions per comet server, over all nodes.</summary>
public sealed class RouterAllServerCountFunction(AccessCheck access, FacadeGate gate, RouterReads router)
{
    [Function("RouterAllServerCount")]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, Route = "1/router/allservercount")] HttpRequestData request,
        CancellationToken cancellationToken) =>
        request.GetCountAsync(access, Scope.Read, gate, router.AllServerCountAsync, cancellationToken);
}
