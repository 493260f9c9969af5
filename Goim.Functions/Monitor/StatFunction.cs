using System;
using Goim.Functions.Http;
using Goim.Logic.Monitor;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Goim.Functions.Monitor;

/// <summary>GET /monitor/stat: the counters of this instance. DELETE sets them to 0.</summary>
public sealed class StatFunction(Stat stat)
{
    [Function("MonitorStat")]
    public HttpResponseData Run([HttpTrigger(AuthorizationLevel.Function, Route = "monitor/stat")] HttpRequestData request)
    {
        if (request.WrongMethod("GET", "DELETE") is { } wrong)
        {
            return request.Refuse(wrong);
        }

        if (string.Equals(request.Method, "DELETE", StringComparison.OrdinalIgnoreCase))
        {
            stat.Reset();
            return request.Ok();
        }

        return request.Ok(stat.Write());
    }
}
