using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Goim.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Goim.Functions.Tests.Hosting;

/// <summary>Passes a comet's calls on to a real host. Records them, and fails those that a test names.</summary>
internal sealed class FacadeProxy : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly TestHost host;
    private static readonly string[] Credentials = ["x-functions-key", "x-goim-key", "Authorization"];
    private readonly ConcurrentQueue<(string Path, string Body)> calls = new();
    private readonly ConcurrentQueue<string> credentials = new();
    private int held;

    private FacadeProxy(WebApplication app, TestHost host)
    {
        this.app = app;
        this.host = host;
    }

    public Uri Url => new(app.Urls.First());

    /// <summary>What happens to a call of a path.</summary>
    public Func<string, Passing> Passes { get; set; } = static _ => Passing.Passed;

    /// <summary>Answers a call in place of the host, by its path and body. Null passes the call on.</summary>
    public Func<string, string, string?> Answers { get; set; } = static (_, _) => null;

    /// <summary>Changes an answer of the host, by the path of the call.</summary>
    public Func<string, string, string> Rewrites { get; set; } = static (_, answer) => answer;

    /// <summary>The header Retry-After of calls that are not passed on. Null for none.</summary>
    public string? RetryAfter { get; set; }

    /// <summary>Completes when the answers that are held are sent. A new one is for the answers that are held after it is set.</summary>
    public TaskCompletionSource Released { get; set; } = NewRelease();

    /// <summary>Number of calls that were carried out, and whose answers were held.</summary>
    public int Held => Volatile.Read(ref held);

    public static async Task<FacadeProxy> StartAsync(TestHost host)
    {
        var builder = WebApplication.CreateSlimBuilder(HostArguments.WithoutFileWatches());
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var proxy = new FacadeProxy(app, host);
        app.Run(proxy.PassAsync);
        await app.StartAsync();
        return proxy;
    }

    public static TaskCompletionSource NewRelease() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The bodies of the calls of a path, in order.</summary>
    public string[] Bodies(string path) => [.. calls.Where(call => call.Path == path).Select(call => call.Body)];

    /// <summary>The paths called, in order.</summary>
    public string[] Paths() => [.. calls.Select(call => call.Path)];

    /// <summary>
    /// The credentials of each call, in order: <c>name: value</c> of the headers <c>x-functions-key</c>, <c>x-goim-key</c> and
    /// <c>Authorization</c>.
    /// </summary>
    public string[] CredentialsSent() => [.. credentials];

    /// <summary>All entries of an array in the bodies of a path's calls, in order.</summary>
    public string[] Entries(string path, string member) =>
    [
        .. Bodies(path).SelectMany(body =>
            JsonDocument.Parse(body).RootElement.GetProperty(member).EnumerateArray().Select(entry => entry.ToString())),
    ];

    public async ValueTask DisposeAsync()
    {
        Released.TrySetResult();
        await app.DisposeAsync();
    }

    private async Task PassAsync(HttpContext context)
    {
        var path = context.Request.Path + context.Request.QueryString;
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        calls.Enqueue((path, Encoding.UTF8.GetString(body.ToArray())));
        credentials.Enqueue(string.Join(", ", Sent(context, Credentials).Select(name => $"{name}: {context.Request.Headers[name]}")));
        var passing = Passes(path);
        if (passing is Passing.Refused or Passing.Busy or Passing.NoCaller or Passing.NoScope)
        {
            context.Response.StatusCode = passing switch
            {
                Passing.Busy => StatusCodes.Status429TooManyRequests,
                Passing.NoCaller => StatusCodes.Status401Unauthorized,
                Passing.NoScope => StatusCodes.Status403Forbidden,
                _ => StatusCodes.Status503ServiceUnavailable,
            };
            context.Response.Headers.RetryAfter = RetryAfter;
            await context.Response.WriteAsync("""{"ret":65535,"error":"The test says so."}""");
            return;
        }

        if (passing is Passing.Unauthorized or Passing.Broken)
        {
            context.Response.StatusCode = passing == Passing.Broken
                ? StatusCodes.Status500InternalServerError
                : StatusCodes.Status401Unauthorized;
            return;
        }

        if (Answers(path, Encoding.UTF8.GetString(body.ToArray())) is { } answer)
        {
            context.Response.ContentType = "application/json; charset=utf-8";
            await context.Response.WriteAsync(answer);
            return;
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body.ToArray()) };
        foreach (var name in Sent(context, [.. Credentials, "X-Goim-Errors"]))
        {
            request.Headers.Add(name, context.Request.Headers[name].AsEnumerable());
        }

        using var response = await host.Http.SendAsync(request);
        if (passing == Passing.Held)
        {
            var released = Released.Task;
            Interlocked.Increment(ref held);
            await Task.WhenAny(released, Task.Delay(Timeout.Infinite, context.RequestAborted));
        }

        if (passing == Passing.Lost)
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = (int)response.StatusCode;
        await context.Response.WriteAsync(Rewrites(path, await response.Content.ReadAsStringAsync()));
    }

    private static IEnumerable<string> Sent(HttpContext context, string[] names) => names.Where(context.Request.Headers.ContainsKey);
}

/// <summary>What happens to a call.</summary>
internal enum Passing
{
    Passed,

    /// <summary>Answered with 503, not passed on.</summary>
    Refused,

    /// <summary>Answered with 429, not passed on.</summary>
    Busy,

    /// <summary>Answered with an empty 401, as by the Functions host; not passed on.</summary>
    Unauthorized,

    /// <summary>Answered with 401 and a sentence, not passed on.</summary>
    NoCaller,

    /// <summary>Answered with 403 and a sentence, not passed on.</summary>
    NoScope,

    /// <summary>Answered with an empty 500, not passed on.</summary>
    Broken,

    /// <summary>Carried out; the answer is sent when the test releases it.</summary>
    Held,

    /// <summary>Carried out; the connection breaks before the answer.</summary>
    Lost,
}
