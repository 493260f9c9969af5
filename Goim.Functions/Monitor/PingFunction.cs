using System.Net;
using System.Threading.Tasks;
using Goim.Functions.Http;
using Goim.Logic.Monitor;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Goim.Functions.Monitor;

/// <summary>
/// GET /monitor/ping, without a key: <c>ok</c>. If a part does not answer: 503 with its name, the first of <c>router</c>,
/// <c>broker</c> and <c>storage</c>. <c>broker</c> also if the app cannot write to the topic of pushes. If Redis refuses puts: 503
/// with <c>router: Redis is full</c> or <c>router: Redis has too few replicas</c>.
/// </summary>
public sealed class PingFunction(Health health)
{
    [Function("MonitorPing")]
    public async Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "monitor/ping")] HttpRequestData request)
    {
        if (request.WrongMethod("GET", "HEAD") is { } wrong)
        {
            return request.Refuse(wrong);
        }

        return await health.ProblemAsync() is { } problem
            ? request.Text(HttpStatusCode.ServiceUnavailable, problem)
            : request.Text(HttpStatusCode.OK, "ok");
    }
}
