using System.Threading;
using System.Threading.Tasks;
using Goim.Logic.Access;
using Goim.Logic.Facade;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Goim.Functions.Facade;

/// <summary>POST /1/router/del with <c>{"userId":42,"seq":1}</c>: removes a session.</summary>
public sealed class RouterDelFunction(AccessCheck access, FacadeGate gate, RouterFacade facade)
{
    [Function("RouterDel")]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, Route = "1/router/del")] HttpRequestData request,
        CancellationToken cancellationToken) =>
        request.PostAsync(access, Scope.Comet, gate, RouterFacade.MaxBodyBytes, facade.DelAsync, cancellationToken);
}
