using System.Collections.Concurrent;
using Goim.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Goim.Functions.Tests.Hosting;

/// <summary>
/// Gives tokens to a process with managed identities, over the protocol of App Service and Container Apps:
/// https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference
/// </summary>
internal sealed class IdentityEndpoint : IAsyncDisposable
{
    private const string Secret = "identity-header";
    private readonly WebApplication app;
    private readonly ConcurrentQueue<string> requests = new();

    private IdentityEndpoint(WebApplication app) => this.app = app;

    /// <summary>The environment variables of a process with the identities.</summary>
    public Dictionary<string, string> Environment => new()
    {
        ["IDENTITY_ENDPOINT"] = $"{app.Urls.First()}/msi/token",
        ["IDENTITY_HEADER"] = Secret,
    };

    /// <summary>Whether requests are refused.</summary>
    public bool IsRefusing { get; set; }

    /// <summary>How long the tokens are valid. They are <c>token-1</c>, <c>token-2</c>, and so on.</summary>
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Resource and client id of each request, in order.</summary>
    public string[] Requests() => [.. requests];

    public static async Task<IdentityEndpoint> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder(HostArguments.WithoutFileWatches());
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var endpoint = new IdentityEndpoint(app);
        app.MapGet("/msi/token", endpoint.Answer);
        await app.StartAsync();
        return endpoint;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private IResult Answer(HttpRequest request)
    {
        requests.Enqueue($"{request.Query["resource"]} {request.Query["client_id"]}".TrimEnd());
        if (IsRefusing || request.Headers["X-IDENTITY-HEADER"] != Secret)
        {
            return Results.Text("""{"statusCode":400,"message":"The test says so."}""", "application/json", statusCode: 400);
        }

        var expires = DateTimeOffset.UtcNow.Add(Lifetime).ToUnixTimeSeconds();
        var body =
            $$"""
            {"access_token":"token-{{requests.Count}}","expires_on":"{{expires}}","resource":"{{request.Query["resource"]}}",
            "token_type":"Bearer","client_id":"{{request.Query["client_id"]}}"}
            """;
        return Results.Text(body, "application/json");
    }
}
