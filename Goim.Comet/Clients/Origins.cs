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
    public string? Problem(HttpRequest request)
    {
        if (request.Headers.Origin is not [{ Length: > 0 } origin] || allowed.Contains(All) || allowed.Contains(origin))
        {
            return request.Headers.Origin.Count < 2 ? null : "Origin is there several times: expected one.";
        }

        var isSameHost = allowed.Count == 0
            && Uri.TryCreate(origin, UriKind.Absolute, out var page)
            && page.Host.Equals(request.Host.Host, StringComparison.OrdinalIgnoreCase);
        return isSameHost ? null : "Origin is not allowed: expected the host of the request, or one of Comet__AllowedOrigins.";
    }
}
