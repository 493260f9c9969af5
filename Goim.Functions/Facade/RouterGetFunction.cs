using System.Threading;
using System.Threading.Tasks;
using Goim.Logic.Access;
using Goim.Logic.Facade;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Goim.Functions.Facade;

/// <summary>GET /1/router/get?uid={user id}: the sessions of one user.</summary>
public sealed class RouterGetFunction(AccessCheck access, FacadeGate gate, AnswerGate answers, RouterReads router)
{
    [Function("RouterGet")]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, Route = "1/router/get")] HttpRequestData request,
        CancellationToken cancellationToken) =>
        request.GetAsync(access, Scope.Read, gate, answers, router.GetAsync, cancellationToken);
}
