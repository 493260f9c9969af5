namespace Goim.Comet.Status;

/// <summary>GET /monitor/ping and GET /monitor/stat, without a key. On <c>Comet__MonitorPort</c> alone, if it is set.</summary>
internal static class CometEndpoints
{
    private static readonly string[] Reading = ["GET", "HEAD"];

    /// <param name="routes">Get the two routes.</param>
    /// <param name="port">Other ports answer 404. 0: every port answers.</param>
    public static void MapMonitor(this IEndpointRouteBuilder routes, int port)
    {
        routes.MapMethods("/monitor/ping", Reading, OnPort(port, PingAsync));
        routes.MapMethods("/monitor/stat", Reading, OnPort(port, StatAsync));
    }

    // The port of the socket: callers choose the one in the header Host.
    private static RequestDelegate OnPort(int port, RequestDelegate answer) => port == 0 ? answer : http =>
    {
        if (http.Connection.LocalPort == port)
        {
            return answer(http);
        }

        http.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    };

    /// <summary><c>ok</c>, or 503 with what is not well.</summary>
    private static async Task PingAsync(HttpContext http)
    {
        var problem = await http.RequestServices.GetRequiredService<CometHealth>().ProblemAsync();
        http.Response.StatusCode = problem is null ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        http.Response.ContentType = "text/plain; charset=utf-8";
        await http.Response.WriteAsync(problem ?? "ok", http.RequestAborted);
    }

    private static async Task StatAsync(HttpContext http)
    {
        http.Response.ContentType = "application/json; charset=utf-8";
        await http.Response.Body.WriteAsync(http.RequestServices.GetRequiredService<CometStat>().Write(), http.RequestAborted);
    }
}
