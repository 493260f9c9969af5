using Goim.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Goim.Functions.Tests.Hosting;

/// <summary>
/// Passes requests on to an app, and closes each connection at its fifth request, which it does not pass on. Front ends close connections
/// when instances come and go.
/// </summary>
internal sealed class ClosingFrontEnd : IAsyncDisposable
{
    private const int Requests = 5;

    private readonly WebApplication front;
    private readonly HttpClient app;

    private ClosingFrontEnd(WebApplication front, Uri app)
    {
        this.front = front;
        this.app = new HttpClient { BaseAddress = app };
        front.Run(PassAsync);
    }

    public Uri Url => new(front.Urls.First());

    public static async Task<ClosingFrontEnd> StartAsync(Uri app)
    {
        var builder = WebApplication.CreateSlimBuilder(HostArguments.WithoutFileWatches());
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var frontEnd = new ClosingFrontEnd(builder.Build(), app);
        await frontEnd.front.StartAsync();
        return frontEnd;
    }

    public async ValueTask DisposeAsync()
    {
        await front.DisposeAsync();
        app.Dispose();
    }

    private async Task PassAsync(HttpContext context)
    {
        var connection = context.Features.Get<IConnectionItemsFeature>()!.Items;
        var number = connection.TryGetValue(nameof(Requests), out var before) ? (int)before! + 1 : 1;
        connection[nameof(Requests)] = number;
        if (number == Requests)
        {
            context.Abort();
            return;
        }

        // With a length, which the app wants to know.
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        using var request = new HttpRequestMessage(
            new HttpMethod(context.Request.Method), $"{context.Request.Path}{context.Request.QueryString}");
        request.Headers.Add("x-goim-key", context.Request.Headers["x-goim-key"].AsEnumerable());
        request.Content = new ByteArrayContent(body.ToArray());
        using var response = await app.SendAsync(request);
        context.Response.StatusCode = (int)response.StatusCode;
        await response.Content.CopyToAsync(context.Response.Body);
    }
}
