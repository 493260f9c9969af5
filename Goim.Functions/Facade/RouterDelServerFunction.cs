using System.Threading;
using System.Threading.Tasks;
using Goim.Functions.Http;
using Goim.Logic.Access;
using Goim.Logic.Facade;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Goim.Functions.Facade;

/// <summary>POST /1/router/delserver with <c>{"server":3}</c>: removes the sessions of one comet server.</summary>
public sealed class RouterDelServerFunction(AccessCheck access, FacadeGate gate, RouterFacade facade)
{
    [Function("RouterDelServer")]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, Route = "1/router/delserver")] HttpRequestData request,
        CancellationToken cancellationToken) =>
        request.PostAsync(
            access, Scope.Admin, gate, RouterFacade.MaxBodyBytes,
            (_, body, cancellation) => facade.DelServerAsync(body, request.Audit, cancellation),
            cancellationToken);
}
