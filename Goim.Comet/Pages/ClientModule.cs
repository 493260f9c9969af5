namespace Goim.Comet.Pages;

/// <summary>
/// GET /client.js: the JavaScript client, so that a page needs nothing but a comet. Pages of all sites may load it: it is the same
/// everywhere. Whether a page may then connect is <c>Comet__AllowedOrigins</c>.
/// </summary>
internal static class ClientModule
{
    private const string File = "client.js";
    private static readonly EmbeddedFile Module = EmbeddedFile.Read(typeof(ClientModule).Assembly, File);

    public static void MapClientModule(this IEndpointRouteBuilder routes) => routes.MapMethods($"/{File}", EmbeddedFile.Reading, SendAsync);

    private static Task SendAsync(HttpContext http)
    {
        var headers = http.Response.Headers;
        headers.CacheControl = "public, max-age=300";
        headers.XContentTypeOptions = "nosniff";
        headers.AccessControlAllowOrigin = "*";
        headers["Cross-Origin-Resource-Policy"] = "cross-origin";
        return Module.SendAsync(http, "text/javascript; charset=utf-8");
    }
}
