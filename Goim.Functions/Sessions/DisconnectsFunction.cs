using System.Threading;
using System.Threading.Tasks;
using Goim.Functions.Http;
using Goim.Logic.Events;
using Goim.Logic.Facade;
using Goim.Logic.Sessions;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Goim.Functions.Sessions;

/// <summary>POST /1/disconnects with <c>{"keys":["42_1","43_1"]}</c>: removes many connections.</summary>
public sealed class DisconnectsFunction(FacadeGate gate, DisconnectBatch disconnects, EventPublisher events)
{
    [Function("Disconnects")]
    public async Task<EventOutput> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, Route = "1/disconnects")] HttpRequestData request,
        CancellationToken cancellationToken)
    {
        if (request.WrongMethod("POST") is { } wrong)
        {
            return EventOutput.Refuse(request, wrong);
        }

        using var call = gate.Begin();
        if (!(await request.ReadBodyAsync(call, DisconnectBatch.MaxBodyBytes, cancellationToken)).Is(out var body, out var problem)
            || !(await disconnects.DisconnectAsync(body, cancellationToken)).Is(out var answer, out problem))
        {
            return EventOutput.Refuse(request, problem);
        }

        return EventOutput.Answer(request.Ok(answer.Data), events.ForBinding(answer.Events));
    }
}
