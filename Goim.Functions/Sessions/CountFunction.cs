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

/// <summary>
/// GET /1/count?type=room|server|total: sessions per room, per comet server, or all. With <c>rid=</c> of one room. With <c>publish=1</c>
/// also as an event.
/// </summary>
public sealed class CountFunction(AccessCheck access, FacadeGate gate, SessionCounts counts, EventPublisher events)
{
    [Function("Count")]
    public async Task<EventOutput> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, Route = "1/count")] HttpRequestData request,
        CancellationToken cancellationToken)
    {
        if (!(await request.EnterAsync(access, Scope.Read, cancellationToken)).Is(out _, out var problem))
        {
            return EventOutput.Refuse(request, problem);
        }

        using var call = gate.Begin();
        if ((request.WrongMethod("GET") ?? call.Enter()) is { } refused)
        {
            return EventOutput.Refuse(request, refused);
        }

        var query = request.ReadQuery();
        if (!CountQuery.Read(query).Is(out var asked, out problem)
            || !(await counts.CountAsync(asked, cancellationToken)).Is(out var count, out problem))
        {
            return EventOutput.Refuse(request, problem);
        }

        var published = query.IsTrue("publish") ? events.Count(asked.Type, asked.RoomId, count.Data) : default;
        var answer = published.IsDropped ? request.OkUnpublished(count.Data) : request.OkWithBody(count.Body);
        return EventOutput.Answer(answer, published.ForBinding);
    }
}
