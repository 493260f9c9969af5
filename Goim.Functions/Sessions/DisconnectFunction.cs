using System.Threading;
using System.Threading.Tasks;
using Goim.Functions.Http;
using Goim.Logic.Access;
using Goim.Logic.Events;
using Goim.Logic.Facade;
using Goim.Logic.Sessions;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Goim.Functions.Sessions;

/// <summary>POST /1/disconnect with <c>{"key":"42_1"}</c>: removes a connection.</summary>
public sealed class DisconnectFunction(AccessCheck access, FacadeGate gate, Connections connections, EventPublisher events)
{
    [Function("Disconnect")]
    public async Task<EventOutput> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, Route = "1/disconnect")] HttpRequestData request,
        CancellationToken cancellationToken)
    {
        if (!(await request.EnterAsync(access, Scope.Comet, cancellationToken)).Is(out var entry, out var problem))
        {
            return EventOutput.Refuse(request, problem);
        }

        if (request.WrongMethod("POST") is { } wrong)
        {
            return EventOutput.Refuse(request, wrong);
        }

        using var call = gate.Begin();
        if (!(await request.ReadBodyAsync(call, Connections.MaxBodyBytes, cancellationToken)).Is(out var body, out problem)
            || !(await connections.DisconnectAsync(entry, body, cancellationToken)).Is(out var disconnected, out problem))
        {
            return EventOutput.Refuse(request, problem);
        }

        return EventOutput.Answer(request.Ok(disconnected.Deletion.SessionData()), events.ForBinding(disconnected.Event));
    }
}
