using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace Goim.Comet.Pages;

/// <summary>
/// GET /client.js: the JavaScript client, so that a page needs nothing but a comet. Pages of all sites may load it: it is the same
/// everywhere. Whether a page may then connect is <c>Comet__AllowedOrigins</c>.
/// </summary>
internal static class ClientModule
{
    private const string File = "client.js";
    private static readonly string[] Reading = ["GET", "HEAD"];
    private static readonly byte[] Module = Read();
    private static readonly EntityTagHeaderValue Tag = new($"\"{Convert.ToHexStringLower(SHA256.HashData(Module))[..16]}\"");

    public static void MapClientModule(this IEndpointRouteBuilder routes) => routes.MapMethods($"/{File}", Reading, SendAsync);

    private static Task SendAsync(HttpContext http)
    {
        var headers = http.Response.Headers;
        headers.CacheControl = "public, max-age=300";
        headers.XContentTypeOptions = "nosniff";
        headers.AccessControlAllowOrigin = "*";
        headers["Cross-Origin-Resource-Policy"] = "cross-origin";
        return Results.Bytes(Module, "text/javascript; charset=utf-8", entityTag: Tag).ExecuteAsync(http);
    }

    private static byte[] Read()
    {
        using var resource = typeof(ClientModule).Assembly.GetManifestResourceStream(File)!;
        var module = new byte[resource.Length];
        resource.ReadExactly(module);
        return module;
    }
}
