using System.Threading;
using System.Threading.Tasks;
using Goim.Logic.Access;
using Goim.Logic.Facade;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Goim.Functions.Facade;

/// <summary>POST /1/heartbeat with <c>{"server":3}</c>: renews the lease of one comet server, and tells its epochs.</summary>
public sealed class HeartbeatFunction(AccessCheck access, FacadeGate gate, Heartbeats heartbeats)
{
    [Function("Heartbeat")]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, Route = "1/heartbeat")] HttpRequestData request,
        CancellationToken cancellationToken) =>
        request.PostAsync(
            access, Scope.Comet, gate, RouterFacade.MaxBodyBytes,
            (_, body, cancellation) => heartbeats.SendAsync(body, cancellation),
            cancellationToken);
}
