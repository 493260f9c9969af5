using System.Threading;
using System.Threading.Tasks;
using Goim.Functions.Http;
using Goim.Logic.Facade;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Goim.Functions.Facade;

/// <summary>POST /1/router/del with <c>{"userId":42,"seq":1}</c>: removes a session.</summary>
public sealed class RouterDelFunction(RouterFacade facade)
{
    [Function("RouterDel")]
    public async Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, Route = "1/router/del")] HttpRequestData request,
        CancellationToken cancellationToken)
    {
        if (request.WrongMethod("POST") is { } wrong)
        {
            return request.Refuse(wrong);
        }

        return (await request.ReadBodyAsync(RouterFacade.MaxBodyBytes, cancellationToken)).Is(out var body, out var problem)
            ? request.Answer(await facade.DelAsync(body, cancellationToken))
            : request.Refuse(problem);
    }
}
