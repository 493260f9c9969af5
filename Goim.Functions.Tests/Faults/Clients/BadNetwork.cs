using Goim.Functions.Tests.Hosting;
using Goim.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Goim.Functions.Tests.Faults.Clients;

/// <summary>The network between backends and the app, which loses what a test names.</summary>
internal sealed class BadNetwork : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly HttpClient http;
    private int requests;

    private BadNetwork(WebApplication app, Uri target)
    {
        this.app = app;
        http = new HttpClient { BaseAddress = target };
    }

    /// <summary>What happens to a request, by its number from 0 on.</summary>
    public Func<int, Task<Fate>> Fates { get; set; } = static _ => Task.FromResult(Fate.Passed);

    /// <summary>Requests with <see cref="Fate.Late"/> go on to the app when this completes.</summary>
    public TaskCompletionSource Released { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the app has answered the first request with <see cref="Fate.Late"/>.</summary>
    public TaskCompletionSource LateIsAnswered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="target">Address of the app.</param>
    /// <param name="port">Where it listens.</param>
    public static async Task<BadNetwork> StartAsync(Uri target, int port)
    {
        var builder = WebApplication.CreateSlimBuilder(HostArguments.WithoutFileWatches());
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(UrlOf(port).ToString());
        var network = new BadNetwork(builder.Build(), target);
        network.app.Run(network.PassAsync);
        await network.app.StartAsync();
        return network;
    }

    /// <summary>Its address.</summary>
    public Uri Url => new(app.Urls.First());

    public static Uri UrlOf(int port) => new($"http://127.0.0.1:{port}");

    public async ValueTask DisposeAsync()
    {
        Released.TrySetResult();
        await app.DisposeAsync();
        http.Dispose();
    }

    private async Task PassAsync(HttpContext context)
    {
        using var request = await CopyAsync(context.Request);
        var fate = await Fates(Interlocked.Increment(ref requests) - 1);
        if (fate == Fate.LostRequest)
        {
            context.Abort();
            return;
        }

        if (fate == Fate.Late)
        {
            await Released.Task;
        }

        using var answer = await http.SendAsync(request);
        var body = await answer.Content.ReadAsByteArrayAsync();
        if (fate == Fate.Late)
        {
            LateIsAnswered.TrySetResult();
        }

        if (fate == Fate.SlowAnswer)
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (fate is Fate.LostAnswer or Fate.SlowAnswer)
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = (int)answer.StatusCode;
        context.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
        context.Response.ContentLength = body.Length;
        context.Response.Headers.RetryAfter = answer.Headers.RetryAfter?.ToString();
        await context.Response.Body.WriteAsync(body.AsMemory(0, fate == Fate.CutAnswer ? body.Length / 2 : body.Length));
        if (fate == Fate.CutAnswer)
        {
            await context.Response.Body.FlushAsync();
            context.Abort();
        }
    }

    private static async Task<HttpRequestMessage> CopyAsync(HttpRequest from)
    {
        using var body = new MemoryStream();
        await from.Body.CopyToAsync(body);
        var request = new HttpRequestMessage(new HttpMethod(from.Method), from.Path + from.QueryString)
        {
            Content = new ByteArrayContent(body.ToArray()),
        };
        foreach (var header in from.Headers.Where(static header => header.Key is not ("Host" or "Content-Length")))
        {
            request.Headers.TryAddWithoutValidation(header.Key, header.Value.AsEnumerable());
        }

        return request;
    }
}

/// <summary>What happens to a request.</summary>
internal enum Fate
{
    Passed,

    /// <summary>The connection breaks before the app has the request.</summary>
    LostRequest,

    /// <summary>Carried out; the connection breaks before the answer.</summary>
    LostAnswer,

    /// <summary>Carried out; the connection breaks in the middle of the answer.</summary>
    CutAnswer,

    /// <summary>Carried out; the answer does not come until the client gives up.</summary>
    SlowAnswer,

    /// <summary>Carried out when the test releases it, though the client has given up.</summary>
    Late,
}
