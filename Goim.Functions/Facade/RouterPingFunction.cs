using System.Threading;
using System.Threading.Tasks;
using Goim.Logic.Access;
using Goim.Logic.Facade;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Goim.Functions.Facade;

/// <summary>GET /1/router/ping: which nodes answer.</summary>
public sealed class RouterPingFunction(AccessCheck access, FacadeGate gate, RouterReads router)
{
    [Function("RouterPing")]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, Route = "1/router/ping")] HttpRequestData request,
        CancellationToken cancellationToken) =>
        request.GetAsync(access, Scope.Read, gate, (_, _, cancellation) => router.PingAsync(cancellation), cancellationToken);
}
