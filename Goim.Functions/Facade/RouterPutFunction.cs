using System.Threading;
using System.Threading.Tasks;
using Goim.Logic.Access;
using Goim.Logic.Facade;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Goim.Functions.Facade;

/// <summary>POST /1/router/put with <c>{"userId":42,"server":3,"roomId":1}</c>: registers a session.</summary>
public sealed class RouterPutFunction(AccessCheck access, FacadeGate gate, RouterFacade facade)
{
    [Function("RouterPut")]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, Route = "1/router/put")] HttpRequestData request,
        CancellationToken cancellationToken) =>
        request.PostAsync(access, Scope.Comet, gate, RouterFacade.MaxBodyBytes, facade.PutAsync, cancellationToken);
}
