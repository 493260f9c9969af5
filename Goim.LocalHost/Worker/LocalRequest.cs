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

    // A request may name no host, or none that is one.
    public override Uri Url => url ??= Uri.TryCreate(AskedOf(http.Request.Host.Value), UriKind.Absolute, out var asked) ? asked : new Uri(AskedOf("localhost"));

    public override IEnumerable<ClaimsIdentity> Identities => http.User.Identities;

    public override string Method => http.Request.Method;

    public override HttpResponseData CreateResponse() => new LocalResponse(FunctionContext);

    private string AskedOf(string? host) => string.Concat((ReadOnlySpan<string?>)[http.Request.Scheme, "://", host, http.Request.Path.Value, http.Request.QueryString.Value]);

    private static HttpHeadersCollection Copied(IHeaderDictionary headers)
    {
        var copies = new HttpHeadersCollection();
        foreach (var (name, values) in headers)
        {
            if (values.Count == 1)
            {
                copies.TryAddWithoutValidation(name, values[0]);
            }
            else
            {
                copies.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
            }
        }

        return copies;
    }
}
