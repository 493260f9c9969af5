using System.Threading;
using System.Threading.Tasks;
using Goim.Logic.Access;
using Goim.Logic.Events;
using Goim.Logic.Facade;
using Goim.Logic.Sessions;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Goim.Functions.Sessions;

/// <summary>POST /1/disconnects with <c>{"keys":["42_1","43_1"]}</c>: removes many connections.</summary>
public sealed class DisconnectsFunction(AccessCheck access, FacadeGate gate, DisconnectBatch disconnects, EventPublisher events)
{
    [Function("Disconnects")]
    public Task<EventOutput> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, Route = "1/disconnects")] HttpRequestData request,
        CancellationToken cancellationToken) =>
        EventOutput.PostAsync(request, access, gate, events, DisconnectBatch.MaxBodyBytes, disconnects.DisconnectAsync, cancellationToken);
}
