namespace Goim.Comet.Status;

/// <summary>GET /monitor/ping and GET /monitor/stat, without a key.</summary>
internal static class CometEndpoints
{
    private static readonly string[] Reading = ["GET", "HEAD"];

    public static void MapMonitor(this IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/monitor/ping", Reading, PingAsync);
        routes.MapMethods("/monitor/stat", Reading, StatAsync);
    }

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
