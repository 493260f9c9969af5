using System.Threading;
using System.Threading.Tasks;
using Goim.Functions.Http;
using Goim.Logic.Facade;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Goim.Functions.Facade;

/// <summary>POST /1/router/delserver with <c>{"server":3}</c>: removes the sessions of one comet server.</summary>
public sealed class RouterDelServerFunction(RouterFacade facade)
{
    [Function("RouterDelServer")]
    public async Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, Route = "1/router/delserver")] HttpRequestData request,
        CancellationToken cancellationToken)
    {
        if (request.WrongMethod("POST") is { } wrong)
        {
            return request.Refuse(wrong);
        }

        return (await request.ReadBodyAsync(RouterFacade.MaxBodyBytes, cancellationToken)).Is(out var body, out var problem)
            ? request.Answer(await facade.DelServerAsync(body, cancellationToken))
            : request.Refuse(problem);
    }
}
