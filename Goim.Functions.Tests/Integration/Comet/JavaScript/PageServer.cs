using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Goim.Functions.Tests.Integration.Comet.JavaScript;

/// <summary>A web server with the pages of the tests, on another port than the comet, as <c>python3 -m http.server</c> is.</summary>
internal sealed class PageServer : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, string> pages = new();
    private readonly WebApplication app;

    private PageServer(WebApplication app) => this.app = app;

    public static async Task<PageServer> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var server = new PageServer(builder.Build());
        server.app.Run(server.AnswerAsync);
        await server.app.StartAsync();
        server.pages["/client.js"] = await File.ReadAllTextAsync(RecordedClient.PackageFile("client.js"));
        server.pages["/record.js"] = await File.ReadAllTextAsync(RecordedClient.TestFile("record.js"));
        return server;
    }

    /// <summary>Gives a page an address.</summary>
    public Uri Add(string html)
    {
        var path = $"/{pages.Count}.html";
        pages[path] = html;
        return new Uri(new Uri(app.Urls.First()), path);
    }

    /// <summary>Gives an answer a path.</summary>
    public void Add(string path, string text) => pages[path] = text;

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private Task AnswerAsync(HttpContext http)
    {
        if (!pages.TryGetValue(http.Request.Path, out var text))
        {
            http.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        }

        var type = http.Request.Path.Value!.EndsWith(".js", StringComparison.Ordinal) ? "text/javascript" : "text/html";
        http.Response.ContentType = $"{type}; charset=utf-8";
        return http.Response.WriteAsync(text);
    }
}
