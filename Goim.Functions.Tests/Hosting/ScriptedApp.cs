using System.Collections.Concurrent;
using System.Text;
using Goim.Client;
using Goim.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Goim.Functions.Tests.Hosting;

/// <summary>
/// Gives a client of backends the answers of a script, in order and the last one again and again: those that a real app gives rarely. Keeps
/// the requests.
/// </summary>
internal sealed class ScriptedApp : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ScriptedAnswer[] script;
    private readonly ConcurrentQueue<ScriptedRequest> requests = new();
    private readonly ServiceProvider services;

    private ScriptedApp(WebApplication app, ScriptedAnswer[] script, Action<GoimClientOptions> configure)
    {
        this.app = app;
        this.script = script;
        app.Run(AnswerAsync);
        var collection = new ServiceCollection();
        collection.AddGoimClient(options =>
        {
            options.BaseAddress = new Uri(app.Urls.First());
            configure(options);
        });
        services = collection.BuildServiceProvider();
    }

    public GoimClient Client => services.GetRequiredService<GoimClient>();

    public Uri Url => new(app.Urls.First());

    /// <summary>The requests, in order.</summary>
    public ScriptedRequest[] Requests => [.. requests];

    public static Task<ScriptedApp> StartAsync(params ScriptedAnswer[] script) => StartAsync(static _ => { }, script);

    public static async Task<ScriptedApp> StartAsync(Action<GoimClientOptions> configure, params ScriptedAnswer[] script)
    {
        var builder = WebApplication.CreateSlimBuilder(HostArguments.WithoutFileWatches());
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var scripted = new ScriptedApp(app, script, configure);
        await app.StartAsync();
        return scripted;
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        await app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync();
        var headers = context.Request.Headers.ToDictionary(
            static header => header.Key, static header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        int number;
        lock (requests)
        {
            number = requests.Count;
            requests.Enqueue(new ScriptedRequest(
                context.Request.Method, context.Request.Path + context.Request.QueryString, headers, body));
        }

        var answer = script[Math.Min(number, script.Length - 1)];
        if (answer.IsNone)
        {
            context.Abort();
            return;
        }

        if (answer.Hangs)
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }

        await Task.Delay(answer.Delay);
        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = answer.ContentType;
        context.Response.Headers.RetryAfter = answer.RetryAfter;
        context.Response.Headers.Location = answer.Location;
        await context.Response.WriteAsync(answer.Body);
    }
}

/// <summary>An answer of a script.</summary>
internal sealed record ScriptedAnswer(int Status, string Body)
{
    /// <summary>Carried out perhaps; the connection breaks before the answer.</summary>
    public static ScriptedAnswer None { get; } = new(0, "") { IsNone = true };

    /// <summary>Nothing comes until the client gives up.</summary>
    public static ScriptedAnswer Held { get; } = new(0, "") { Hangs = true };

    public static ScriptedAnswer Ok { get; } = new(200, """{"ret":1,"data":{"acks":[{"partition":3,"offset":17}]}}""");

    public string ContentType { get; init; } = "application/json; charset=utf-8";

    public string? RetryAfter { get; init; }

    public string? Location { get; init; }

    /// <summary>How long the answer takes.</summary>
    public TimeSpan Delay { get; init; }

    public bool IsNone { get; private init; }

    public bool Hangs { get; private init; }

    /// <summary>An error of the app.</summary>
    public static ScriptedAnswer Error(int status, string? data = null, string? retryAfter = null)
    {
        var more = data is null ? "" : $",\"data\":{data}";
        return new(status, $$"""{"ret":65535,"error":"The script says so."{{more}}}""") { RetryAfter = retryAfter };
    }

    /// <summary>The answer to a batch.</summary>
    public static ScriptedAnswer Lines(params string[] lines) =>
        new(200, string.Concat(lines.Select(static line => $"{line}\n"))) { ContentType = "application/x-ndjson" };
}

/// <summary>A request that came.</summary>
internal sealed record ScriptedRequest(string Method, string Url, IReadOnlyDictionary<string, string> Headers, string Body);
