namespace Goim.Client.Calls;

/// <summary>The <see cref="HttpClient"/> of the calls.</summary>
internal static class GoimHttp
{
    /// <summary>Largest answer that is read. That of a batch of 10,000 pushes has a few MiB.</summary>
    private const long MaxAnswerBytes = 64 * 1024 * 1024;

    /// <summary>Each call has its own time limit.</summary>
    public static void Configure(HttpClient http)
    {
        http.Timeout = Timeout.InfiniteTimeSpan;
        http.MaxResponseContentBufferSize = MaxAnswerBytes;
    }

    /// <summary>
    /// Removes the handlers that a program has added to all its clients (ConfigureHttpClientDefaults), and that would repeat requests
    /// without knowing which repeat is safe.
    /// </summary>
    public static void RemoveRepeats(IList<DelegatingHandler> handlers)
    {
        for (var i = handlers.Count - 1; i >= 0; i--)
        {
            if (handlers[i].GetType().FullName == "Microsoft.Extensions.Http.Resilience.ResilienceHandler")
            {
                handlers.RemoveAt(i);
            }
        }
    }

    /// <summary>Follows no redirect, which would take the keys to another host.</summary>
    public static HttpMessageHandler NewHandler() =>
#if NETSTANDARD
        new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false };
#else
        new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        };
#endif
}
