using System.Threading;
using System.Threading.Tasks;
using Goim.Functions.Http;
using Goim.Logic.Events;
using Goim.Logic.Facade;
using Goim.Logic.Sessions;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Goim.Functions.Sessions;

/// <summary>POST /1/connects with <c>{"server":3,"tokens":["42","43"]}</c>: registers many connections.</summary>
public sealed class ConnectsFunction(FacadeGate gate, ConnectBatch connects, EventPublisher events)
{
    [Function("Connects")]
    public async Task<EventOutput> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, Route = "1/connects")] HttpRequestData request,
        CancellationToken cancellationToken)
    {
        if (request.WrongMethod("POST") is { } wrong)
        {
            return EventOutput.Refuse(request, wrong);
        }

        using var call = gate.Begin();
        if (!(await request.ReadBodyAsync(call, ConnectBatch.MaxBodyBytes, cancellationToken)).Is(out var body, out var problem)
            || !(await connects.ConnectAsync(body, cancellationToken)).Is(out var answer, out problem))
        {
            return EventOutput.Refuse(request, problem);
        }

        return EventOutput.Answer(request.Ok(answer.Data), events.ForBinding(answer.Events));
    }
}
