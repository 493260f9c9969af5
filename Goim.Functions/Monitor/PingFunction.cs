using System.Net;
using System.Threading.Tasks;
using Goim.Functions.Http;
using Goim.Logic.Monitor;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Goim.Functions.Monitor;

/// <summary>
/// GET /monitor/ping, without a key: <c>ok</c>. If a part does not answer: 503 with its name, the first of <c>router</c>,
/// <c>broker</c> and <c>storage</c>.
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

        return await health.MissingAsync() is { } missing
            ? request.Text(HttpStatusCode.ServiceUnavailable, missing)
            : request.Text(HttpStatusCode.OK, "ok");
    }
}
