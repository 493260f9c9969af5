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

/// <summary>POST /1/server/del?server={comet server id}: deletes the sessions of one comet server.</summary>
public sealed class DelServerFunction(AccessCheck access, FacadeGate gate, Deletions deletions, EventPublisher events)
{
    [Function("DelServer")]
    public async Task<EventOutput> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, Route = "1/server/del")] HttpRequestData request,
        CancellationToken cancellationToken)
    {
        if (!(await request.EnterAsync(access, Scope.Admin, cancellationToken)).Is(out _, out var problem))
        {
            return EventOutput.Refuse(request, problem);
        }

        using var call = gate.Begin();
        if ((request.WrongMethod("POST") ?? call.Enter()) is { } refused)
        {
            return EventOutput.Refuse(request, refused);
        }

        if (!request.ReadQuery().TryGetInt32("server", out var server, out problem))
        {
            return EventOutput.Refuse(request, problem);
        }

        var deleted = await deletions.DelServerAsync(server, cancellationToken);
        request.Audit(Deletion.AuditServer(server, deleted));
        if (!deleted.Is(out var deletion, out problem))
        {
            return EventOutput.Refuse(request, problem);
        }

        var data = deletion.Journalled.Count == 0 ? default : deletion.ServerData();
        var published = events.ServerDel(server);
        return EventOutput.Answer(published.IsDropped ? request.OkUnpublished(data) : request.Ok(data), published.ForBinding);
    }
}
