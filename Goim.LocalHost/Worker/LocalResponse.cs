using System.Net;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Goim.LocalHost.Worker;

/// <summary>A function's response, in memory until the outputs are bound.</summary>
internal sealed class LocalResponse(FunctionContext context) : HttpResponseData(context)
{
    private LocalCookies? cookies;
    private Stream? body;

    public override HttpStatusCode StatusCode { get; set; } = HttpStatusCode.OK;

    public override HttpHeadersCollection Headers { get; set; } = [];

    public override Stream Body
    {
        get => body ??= new MemoryStream();
        set => body = value;
    }

    public override HttpCookies Cookies => cookies ??= new LocalCookies();

    /// <summary>Sends <paramref name="response"/>. No Content-Type is added if the function sets none.</summary>
    public static async Task SendAsync(HttpResponseData response, HttpContext http)
    {
        http.Response.StatusCode = (int)response.StatusCode;
        foreach (var (name, values) in response.Headers.NonValidated)
        {
            http.Response.Headers.Append(name, values.Count == 1 ? values.ToString() : values.ToArray());
        }

        if (response is LocalResponse { cookies: { } set })
        {
            set.AppendTo(http.Response);
        }

        if (response.Body is MemoryStream memory && memory.TryGetBuffer(out var bytes))
        {
            http.Response.ContentLength = bytes.Count;
            await http.Response.Body.WriteAsync(bytes, http.RequestAborted);
            return;
        }

        // The function has set a stream of its own.
        if (response.Body.CanSeek)
        {
            response.Body.Position = 0;
            http.Response.ContentLength = response.Body.Length;
        }

        await response.Body.CopyToAsync(http.Response.Body, http.RequestAborted);
    }

    private sealed class LocalCookies : HttpCookies
    {
        private readonly List<IHttpCookie> cookies = [];

        public override void Append(string name, string value) => cookies.Add(new HttpCookie(name, value));

        public override void Append(IHttpCookie cookie) => cookies.Add(cookie);

        public override IHttpCookie CreateNew() => new HttpCookie("", "");

        public void AppendTo(HttpResponse response) => cookies.ForEach(cookie => response.Cookies.Append(cookie.Name, cookie.Value));
    }
}
