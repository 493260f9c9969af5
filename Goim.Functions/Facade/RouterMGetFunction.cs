using System.Threading;
using System.Threading.Tasks;
using Goim.Logic.Facade;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Goim.Functions.Facade;

/// <summary>POST /1/router/mget with <c>{"userIds":[42,43]}</c>: the sessions of many users.</summary>
public sealed class RouterMGetFunction(FacadeGate gate, AnswerGate answers, RouterFacade facade)
{
    [Function("RouterMGet")]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, Route = "1/router/mget")] HttpRequestData request,
        CancellationToken cancellationToken) =>
        request.PostAsync(gate, answers, RouterFacade.MaxBatchBytes, facade.MGetAsync, cancellationToken);
}
