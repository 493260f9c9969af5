using System.Threading;
using System.Threading.Tasks;
using Goim.Logic.Access;
using Goim.Logic.Facade;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Goim.Functions.Facade;

/// <summary>GET /1/router/getall?node={name}&amp;after={user id}&amp;limit={users}: one node's users, a page at a time.</summary>
public sealed class RouterGetAllFunction(AccessCheck access, FacadeGate gate, AnswerGate answers, RouterReads router)
{
    [Function("RouterGetAll")]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, Route = "1/router/getall")] HttpRequestData request,
        CancellationToken cancellationToken) =>
        request.GetAsync(
            access, Scope.Read, gate, answers,
            (_, query, cancellation) => router.GetAllAsync(query, cancellation),
            cancellationToken);
}
