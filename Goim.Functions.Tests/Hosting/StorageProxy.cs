using Goim.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Goim.Functions.Tests.Hosting;

/// <summary>
/// Passes calls of one service on to a real storage. Refuses or holds those that a test names, and answers with the clock that a test sets.
/// </summary>
internal sealed class StorageProxy : IAsyncDisposable
{
    private readonly HttpClient http = new();
    private readonly WebApplication app;
    private readonly Uri target;
    private int refused;
    private int hung;

    private StorageProxy(WebApplication app, Uri target)
    {
        this.app = app;
        this.target = target;
    }

    /// <summary>The storage's connection string, with the proxy as the service.</summary>
    public required string ConnectionString { get; init; }

    /// <summary>The calls that are answered 503.</summary>
    public Func<HttpRequest, bool> Refuses { get; set; } = _ => false;

    /// <summary>The calls that are not answered until the client gives up.</summary>
    public Func<HttpRequest, bool> Hangs { get; set; } = _ => false;

    /// <summary>How far the <c>Date</c> of answers is ahead of the storage's.</summary>
    public TimeSpan DateAhead { get; set; }

    /// <summary>Number of calls that hung or still hang.</summary>
    public int Hung => Volatile.Read(ref hung);

    /// <summary>Number of refused calls.</summary>
    public int Refused => Volatile.Read(ref refused);

    /// <param name="storage">The storage.</param>
    /// <param name="service"><c>Queue</c> or <c>Blob</c>.</param>
    public static async Task<StorageProxy> StartAsync(ITestStorage storage, string service = "Queue")
    {
        var endpoint = $"{service}Endpoint=";
        var parts = storage.ConnectionString.Split(';');
        var url = parts.Single(part => part.StartsWith(endpoint, StringComparison.Ordinal))[endpoint.Length..];
        var target = new Uri(url);
        var builder = WebApplication.CreateSlimBuilder(HostArguments.WithoutFileWatches());
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{Ports.Next()}");
        var app = builder.Build();
        var proxy = new StorageProxy(app, target)
        {
            ConnectionString = storage.ConnectionString.Replace(
                url, new UriBuilder(target) { Port = new Uri(builder.Configuration["urls"]!).Port }.ToString(), StringComparison.Ordinal),
        };
        app.Run(proxy.PassAsync);
        await app.StartAsync();
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        http.Dispose();
    }

    private async Task PassAsync(HttpContext context)
    {
        if (Refuses(context.Request))
        {
            Interlocked.Increment(ref refused);
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }

        if (Hangs(context.Request))
        {
            Interlocked.Increment(ref hung);
            var gone = new TaskCompletionSource();
            await using var registration = context.RequestAborted.Register(gone.SetResult);
            await gone.Task;
            return;
        }

        using var request = new HttpRequestMessage(
            new HttpMethod(context.Request.Method), new Uri(target, context.Request.Path + context.Request.QueryString));
        if (context.Request.ContentLength is not null)
        {
            request.Content = new StreamContent(context.Request.Body);
        }

        foreach (var header in context.Request.Headers.Where(header => header.Key != "Host"))
        {
            if (!request.Headers.TryAddWithoutValidation(header.Key, header.Value.AsEnumerable()))
            {
                request.Content?.Headers.TryAddWithoutValidation(header.Key, header.Value.AsEnumerable());
            }
        }

        using var response = await http.SendAsync(request, context.RequestAborted);
        context.Response.StatusCode = (int)response.StatusCode;
        foreach (var header in response.Headers.Concat(response.Content.Headers).Where(header => header.Key != "Transfer-Encoding"))
        {
            context.Response.Headers[header.Key] = header.Value.ToArray();
        }

        context.Response.Headers.Date = (response.Headers.Date!.Value + DateAhead).ToString("R");
        await response.Content.CopyToAsync(context.Response.Body);
    }
}
