using System.Security.Claims;
using Microsoft.AspNetCore.Http.Features.Authentication;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Goim.LocalHost.Worker;

/// <summary>Kestrel's request, as a function gets it.</summary>
internal sealed class LocalRequest(HttpContext http, FunctionContext context) : HttpRequestData(context)
{
    private HttpHeadersCollection? headers;
    private Uri? url;
    private LocalBody? body;

    public override Stream Body => body ??= new LocalBody(http);

    public override HttpHeadersCollection Headers => headers ??= Copy(http.Request.Headers);

    public override IReadOnlyCollection<IHttpCookie> Cookies =>
        [.. http.Request.Cookies.Select(cookie => new HttpCookie(cookie.Key, cookie.Value))];

    /// <exception cref="UriFormatException"><see cref="HasUrl"/> is false.</exception>
    public override Uri Url => url ??= new Uri(UrlText());

    /// <summary>Whether the request has a valid URL. It has none if <c>Host</c> is missing or is not the name of a host.</summary>
    public bool HasUrl => url is not null || Uri.TryCreate(UrlText(), UriKind.Absolute, out url);

    // http.User would make an identity for a request that has none.
    public override IEnumerable<ClaimsIdentity> Identities =>
        http.Features.Get<IHttpAuthenticationFeature>()?.User?.Identities ?? [];

    public override string Method => http.Request.Method;

    public override HttpResponseData CreateResponse() => new LocalResponse(FunctionContext);

    private string UrlText()
    {
        var request = http.Request;
        return string.Concat(
            (ReadOnlySpan<string?>)[request.Scheme, "://", request.Host.Value, request.Path.Value, request.QueryString.Value]);
    }

    private static HttpHeadersCollection Copy(IHeaderDictionary headers)
    {
        var copies = new HttpHeadersCollection();
        foreach (var (name, values) in headers)
        {
            // Repeated headers are joined with a comma, as the Functions host does.
            copies.TryAddWithoutValidation(name, values.ToString());
        }

        return copies;
    }
}
