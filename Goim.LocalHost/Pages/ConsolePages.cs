using System.Collections.Frozen;
using Goim.Comet.Pages;

namespace Goim.LocalHost.Pages;

/// <summary>
/// The console: GET / and the files under <c>/console</c>, which are embedded in this assembly. They hold no secret, so they need no key;
/// what the page then reads and sends does.
/// </summary>
internal static class ConsolePages
{
    /// <summary>The folder of the files, in the project and in their addresses.</summary>
    private const string Folder = "console/";

    /// <summary>
    /// No inline script or style, no other host, and no page around it. The page writes text into elements that it makes, never HTML.
    /// </summary>
    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

    private static readonly FrozenDictionary<string, string> Types = new Dictionary<string, string>
    {
        [".html"] = "text/html; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".svg"] = "image/svg+xml",
    }.ToFrozenDictionary();

    public static void MapConsole(this IEndpointRouteBuilder routes)
    {
        foreach (var name in typeof(ConsolePages).Assembly.GetManifestResourceNames())
        {
            if (name.StartsWith(Folder, StringComparison.Ordinal))
            {
                routes.MapMethods(name == $"{Folder}index.html" ? "/" : $"/{name}", EmbeddedFile.Reading, Sending(name));
            }
        }
    }

    private static RequestDelegate Sending(string name)
    {
        var file = EmbeddedFile.Read(typeof(ConsolePages).Assembly, name);
        var type = Types[Path.GetExtension(name)];
        return http =>
        {
            PageHeaders.Add(http.Response.Headers);
            http.Response.Headers.ContentSecurityPolicy = Policy;
            return file.SendAsync(http, type);
        };
    }
}
