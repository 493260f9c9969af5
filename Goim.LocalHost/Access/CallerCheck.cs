using Goim.LocalHost.Settings;
using Goim.Logic.Input;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.Options;

namespace Goim.LocalHost.Access;

/// <summary>
/// Refuses what a web page of another site sends through the developer's browser. Other programs send neither <c>Origin</c> nor
/// <c>Sec-Fetch-Site</c>, and reach LocalHost under its own name.
/// </summary>
internal sealed class CallerCheck
{
    private readonly RequestDelegate next;
    private readonly Lazy<AllowedHosts> hosts;
    private readonly HashSet<string> origins;

    /// <summary>The last <c>Host</c> that was allowed: nearly every request has the same one.</summary>
    private string? lastHost;

    public CallerCheck(RequestDelegate next, IOptions<LocalHostOptions> options, IConfiguration configuration, IServer server)
    {
        this.next = next;
        hosts = new Lazy<AllowedHosts>(() => new AllowedHosts(options.Value, configuration, server));
        origins = OriginsOf(options.Value);
    }

    /// <summary>The origins of <c>LocalHost__AllowedOrigins</c> as a browser writes them.</summary>
    public static HashSet<string> OriginsOf(LocalHostOptions options) =>
    [
        .. LocalHostOptions.Split(options.AllowedOrigins).Select(origin => new Uri(origin).GetLeftPart(UriPartial.Authority)),
    ];

    public Task InvokeAsync(HttpContext http)
    {
        var request = http.Request;
        if (!IsHostAllowed(request.Host))
        {
            return Refusal.SendAsync(
                http,
                StatusCodes.Status421MisdirectedRequest,
                $"Host is {Quoted.Of(request.Host.Value ?? "")}: expected localhost, a loopback address, a host of --urls, "
                + "or one of LocalHost__AllowedHosts.");
        }

        return ForeignPage(request) is { } problem
            ? Refusal.SendAsync(http, StatusCodes.Status403Forbidden, problem)
            : next(http);
    }

    // A link to a page that changes nothing and tells nothing may be followed from any site.
    private static bool IsLinkToPage(HttpRequest request) => HttpMethods.IsGet(request.Method)
        && request.Headers["Sec-Fetch-Mode"] == "navigate"
        && request.Headers["Sec-Fetch-Dest"] == "document"
        && request.Path.Value?.TrimEnd('/').ToLowerInvariant() is "" or "/docs";

    // The comet has a setting of its own for the pages that may connect.
    private static bool IsForComet(HttpRequest request) => request.Path.Equals("/sub", StringComparison.OrdinalIgnoreCase);

    private bool IsHostAllowed(HostString host)
    {
        if (host.Value == lastHost && lastHost is not null)
        {
            return true;
        }

        if (!hosts.Value.Contains(host.Host))
        {
            return false;
        }

        lastHost = host.Value;
        return true;
    }

    // Null if no page of another host sent the request, or an allowed one. Any port of the request's host is the same host.
    private string? ForeignPage(HttpRequest request)
    {
        var origin = request.Headers.Origin;
        var site = request.Headers["Sec-Fetch-Site"];
        var isForeign = origin.Count > 0 && !(Uri.TryCreate(origin, UriKind.Absolute, out var page)
            && (page.Scheme == Uri.UriSchemeHttp || page.Scheme == Uri.UriSchemeHttps)
            && page.Host.Equals(request.Host.Host, StringComparison.OrdinalIgnoreCase));
        if ((!isForeign && site != "cross-site") || origins.Contains(origin.ToString()) || IsLinkToPage(request) || IsForComet(request))
        {
            return null;
        }

        return isForeign
            ? $"Origin is {Quoted.Of(origin.ToString())}: expected the host of the request, or one of LocalHost__AllowedOrigins."
            : "Sec-Fetch-Site is cross-site: expected a page of this host, or of one of LocalHost__AllowedOrigins.";
    }
}
