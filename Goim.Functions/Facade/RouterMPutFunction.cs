using System.Threading;
using System.Threading.Tasks;
using Goim.Logic.Access;
using Goim.Logic.Facade;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Goim.Functions.Facade;

/// <summary>POST /1/router/mput with <c>{"puts":[…]}</c>: a comet registers all its connections again, under their old keys.</summary>
public sealed class RouterMPutFunction(AccessCheck access, FacadeGate gate, RouterFacade facade)
{
    [Function("RouterMPut")]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, Route = "1/router/mput")] HttpRequestData request,
        CancellationToken cancellationToken) =>
        request.PostAsync(access, Scope.Comet, gate, RouterFacade.MaxBatchBytes, facade.MPutAsync, cancellationToken);
}
