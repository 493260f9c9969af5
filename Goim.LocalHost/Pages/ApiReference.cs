using System.Security.Cryptography;
using Goim.Comet.Pages;
using Scalar.AspNetCore;

namespace Goim.LocalHost.Pages;

/// <summary>
/// The API for machines and for people: <c>/openapi.yaml</c>, which is docs/openapi.yaml, and <c>/docs</c>, where Scalar shows it. Neither
/// needs a key, and neither has anything from another host.
/// </summary>
internal static class ApiReference
{
    /// <summary>Path of the page.</summary>
    public const string Page = "/docs";

    private const string Document = "/openapi.yaml";

    public static void MapApiReference(this IEndpointRouteBuilder routes)
    {
        var document = EmbeddedFile.Read(typeof(ApiReference).Assembly, "openapi.yaml");
        routes.MapMethods(Document, EmbeddedFile.Reading, http =>
        {
            PageHeaders.Add(http.Response.Headers);
            return document.SendAsync(http, "application/yaml");
        });
        var page = routes.MapGroup("");
        page.MapScalarApiReference(Page, Configure);
        ((IEndpointConventionBuilder)page).Add(static endpoint =>
        {
            var send = endpoint.RequestDelegate!;
            endpoint.RequestDelegate = http =>
            {
                PageHeaders.Add(http.Response.Headers);
                return send(http);
            };
        });
    }

    private static void Configure(ScalarOptions options, HttpContext http)
    {
        var nonce = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        http.Response.Headers.ContentSecurityPolicy = Policy(nonce);
        options.Nonce = nonce;
        options.HeadContent = $"<script nonce=\"{nonce}\">{WithoutEval}</script>";

        options.Title = "Goim.Functions API";
        options.OpenApiRoutePattern = Document;
        options.ShowOperationId = true;
        options.DocumentDownloadType = DocumentDownloadType.None;

        // The policy lets the page reach its own host only.
        options.Servers = [new ScalarServer("/", "The host of this page.")];

        // A key is in the page's memory only, until it is left.
        options.PersistentAuthentication = false;

        // Nothing of Scalar's hosts: fonts, the proxy of its test requests, its own client, statistics, and what answers questions.
        options.DefaultFonts = false;
        options.ProxyUrl = null;
        options.HideClientButton = true;
        options.Telemetry = false;
        options.ShowDeveloperTools = DeveloperToolsVisibility.Never;
        options.Agent = new ScalarAgentOptions { Disabled = true };
        options.Mcp = new ScalarMcpOptions { Disabled = true };
    }

    /// <summary>zod, which is in Scalar, then does not try whether it may make code of text: it may not.</summary>
    private const string WithoutEval = "globalThis.__zod_globalConfig = { jitless: true };";

    // Scalar adds its styles as inline elements and attributes, without the nonce.
    private static string Policy(string nonce) =>
        $"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
}
