using Goim.Comet.Settings;
using Microsoft.Extensions.Options;

namespace Goim.Comet.Clients;

/// <summary>The origins whose web pages may connect: those of <c>Comet__AllowedOrigins</c>, or without it the request's own host.</summary>
internal sealed class Origins
{
    private const string All = "*";
    private readonly HashSet<string> allowed;

    public Origins(IOptions<CometOptions> options) =>
        allowed = new HashSet<string>(options.Value.Origins, StringComparer.OrdinalIgnoreCase);

    /// <summary>Why the page that sends a request may not connect. Null if it may, or if no page sends it.</summary>
    public string? Problem(HttpRequest request) => request.Headers.Origin.Count > 1
        ? "Origin is there several times: expected one."
        : Problem(request.Headers.Origin.ToString(), request.Host.Host);

    /// <summary>Why a page of an origin may not connect. Null if it may.</summary>
    /// <param name="origin">The origin; null or empty if no page sends the request.</param>
    /// <param name="host">The host that it connects to, without its port.</param>
    public string? Problem(string? origin, string host)
    {
        if (string.IsNullOrEmpty(origin) || allowed.Contains(All) || allowed.Contains(origin))
        {
            return null;
        }

        var isSameHost = allowed.Count == 0
            && Uri.TryCreate(origin, UriKind.Absolute, out var page)
            && page.Host.Equals(host, StringComparison.OrdinalIgnoreCase);
        return isSameHost ? null : "Origin is not allowed: expected the host of the request, or one of Comet__AllowedOrigins.";
    }
}
