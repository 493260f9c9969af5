using System.Threading;
using System.Threading.Tasks;
using Goim.Logic.Access;
using Goim.Logic.Events;
using Goim.Logic.Facade;
using Goim.Logic.Sessions;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Goim.Functions.Sessions;

/// <summary>POST /1/connects with <c>{"server":3,"tokens":["42","43"]}</c>: registers many connections.</summary>
public sealed class ConnectsFunction(AccessCheck access, FacadeGate gate, ConnectBatch connects, EventPublisher events)
{
    [Function("Connects")]
    public Task<EventOutput> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, Route = "1/connects")] HttpRequestData request,
        CancellationToken cancellationToken) =>
        EventOutput.PostAsync(request, access, gate, events, ConnectBatch.MaxBodyBytes, connects.ConnectAsync, cancellationToken);
}
