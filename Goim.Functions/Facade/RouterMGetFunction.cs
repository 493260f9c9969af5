using System.Threading;
using System.Threading.Tasks;
using Goim.Logic.Access;
using Goim.Logic.Facade;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Goim.Functions.Facade;

/// <summary>POST /1/router/mget with <c>{"userIds":[42,43]}</c>: the sessions of many users.</summary>
public sealed class RouterMGetFunction(AccessCheck access, FacadeGate gate, AnswerGate answers, RouterReads router)
{
    [Function("RouterMGet")]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, Route = "1/router/mget")] HttpRequestData request,
        CancellationToken cancellationToken) =>
        request.PostAsync(access, Scope.Read, gate, answers, RouterFacade.MaxBatchBytes, router.MGetAsync, cancellationToken);
}
