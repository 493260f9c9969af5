using System.Threading;
using System.Threading.Tasks;
using Goim.Functions.Http;
using Goim.Logic.Facade;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Goim.Functions.Facade;

/// <summary>POST /1/heartbeat with <c>{"server":3}</c>: renews the lease of one comet server, with RouterNode__ServerLease.</summary>
public sealed class HeartbeatFunction(RouterFacade facade)
{
    [Function("Heartbeat")]
    public async Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, Route = "1/heartbeat")] HttpRequestData request,
        CancellationToken cancellationToken)
    {
        if (request.WrongMethod("POST") is { } wrong)
        {
            return request.Refuse(wrong);
        }

        return (await request.ReadBodyAsync(RouterFacade.MaxBodyBytes, cancellationToken)).Is(out var body, out var problem)
            ? request.Answer(await facade.HeartbeatAsync(body, cancellationToken))
            : request.Refuse(problem);
    }
}
