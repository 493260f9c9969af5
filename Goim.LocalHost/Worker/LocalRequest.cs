using System.Security.Claims;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Goim.LocalHost.Worker;

/// <summary>A request as a function sees it, over Kestrel's.</summary>
internal sealed class LocalRequest(HttpContext http, FunctionContext context) : HttpRequestData(context)
{
    private HttpHeadersCollection? headers;
    private Uri? url;

    public override Stream Body => http.Request.Body;

    public override HttpHeadersCollection Headers => headers ??= Copied(http.Request.Headers);

    public override IReadOnlyCollection<IHttpCookie> Cookies =>
        [.. http.Request.Cookies.Select(cookie => new HttpCookie(cookie.Key, cookie.Value))];

    /// <exception cref="UriFormatException">See <see cref="HasUrl"/>.</exception>
    public override Uri Url => url ??= new Uri(AskedOf());

    /// <summary>Whether the request's Host makes a URL: it may be missing, or not be the name of a host.</summary>
    public bool HasUrl => url is not null || Uri.TryCreate(AskedOf(), UriKind.Absolute, out url);

    public override IEnumerable<ClaimsIdentity> Identities => http.User.Identities;

    public override string Method => http.Request.Method;

    public override HttpResponseData CreateResponse() => new LocalResponse(FunctionContext);

    private string AskedOf() => string.Concat(
        (ReadOnlySpan<string?>)[http.Request.Scheme, "://", http.Request.Host.Value, http.Request.Path.Value, http.Request.QueryString.Value]);

    private static HttpHeadersCollection Copied(IHeaderDictionary headers)
    {
        var copies = new HttpHeadersCollection();
        foreach (var (name, values) in headers)
        {
            copies.TryAddWithoutValidation(name, values.ToString()); // Several come as one, joined with a comma: as the host hands them over.
        }

        return copies;
    }
}
