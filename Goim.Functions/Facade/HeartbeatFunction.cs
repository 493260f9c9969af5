using System.Threading;
using System.Threading.Tasks;
using Goim.Logic.Facade;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Goim.Functions.Facade;

/// <summary>POST /1/heartbeat with <c>{"server":3}</c>: renews the lease of one comet server, and tells its epochs.</summary>
public sealed class HeartbeatFunction(FacadeGate gate, Heartbeats heartbeats)
{
    [Function("Heartbeat")]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, Route = "1/heartbeat")] HttpRequestData request,
        CancellationToken cancellationToken) =>
        request.PostAsync(gate, RouterFacade.MaxBodyBytes, heartbeats.SendAsync, cancellationToken);
}
