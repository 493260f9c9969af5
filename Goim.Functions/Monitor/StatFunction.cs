using System;
using System.Threading;
using System.Threading.Tasks;
using Goim.Functions.Http;
using Goim.Logic.Access;
using Goim.Logic.Monitor;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Goim.Functions.Monitor;

/// <summary>GET /monitor/stat: the counters of this instance. DELETE sets them to 0.</summary>
public sealed class StatFunction(AccessCheck access, Stat stat)
{
    [Function("MonitorStat")]
    public async Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, Route = "monitor/stat")] HttpRequestData request,
        CancellationToken cancellationToken)
    {
        var isReset = string.Equals(request.Method, "DELETE", StringComparison.OrdinalIgnoreCase);
        if (!(await request.EnterAsync(access, isReset ? Scope.Admin : Scope.Read, cancellationToken)).Is(out _, out var problem))
        {
            return request.Refuse(problem);
        }

        if (request.WrongMethod("GET", "DELETE") is { } wrong)
        {
            return request.Refuse(wrong);
        }

        if (isReset)
        {
            stat.Reset();
            return request.Ok();
        }

        return request.Ok(stat.Write());
    }
}
