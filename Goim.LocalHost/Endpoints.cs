using Goim.Comet.Clients;
using Goim.Comet.Pages;
using Goim.LocalHost.Access;
using Goim.LocalHost.Keys;
using Goim.LocalHost.Local;
using Goim.LocalHost.Outputs;
using Goim.LocalHost.Pages;
using Goim.LocalHost.Settings;
using Goim.LocalHost.Worker;
using Goim.Logic.Access;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;

namespace Goim.LocalHost;

/// <summary>Maps the functions to their routes, and the endpoints under <c>/local</c>.</summary>
internal static class Endpoints
{
    public static void Map(WebApplication app, IReadOnlyList<LocalFunction> functions)
    {
        app.UseMiddleware<CallerCheck>();
        var origins = CallerCheck.OriginsOf(app.Services.GetRequiredService<IOptions<LocalHostOptions>>().Value);
        if (origins.Count > 0)
        {
            app.UseCors(cors => cors.WithOrigins([.. origins]).AllowAnyHeader().AllowAnyMethod());
        }

        // If a function throws, the Functions host answers an empty 500 and logs the exception.
        app.UseExceptionHandler(new ExceptionHandlerOptions { ExceptionHandler = static _ => Task.CompletedTask });

        if (app.Services.GetService<EmbeddedComet>() is { } comet)
        {
            app.UseWebSocketClients(() => comet.WebSocketClients);
            app.MapClientModule();
        }

        var keys = app.Services.GetRequiredService<FunctionKeys>();
        var access = app.Services.GetRequiredService<IOptions<AccessOptions>>().Value;
        if (access.Callers.Count > 0 || keys.AreConfigured)
        {
            app.Use((http, next) =>
            {
                keys.Identify(http);
                return next(http);
            });
        }

        foreach (var function in functions)
        {
            var invoker = new FunctionInvoker(function, app.Services, app.Logger);
            app.Map(function.Route, CheckRequest(keys, LevelOf(function, access), function.Http.Methods, invoker.InvokeAsync));
        }

        app.MapConsole();
        app.MapApiReference();
        var readers = new ReaderCheck(
            keys, access, app.Services.GetRequiredService<AccessCheck>(), app.Services.GetRequiredService<AuditTrail>());
        app.MapGet("/local/settings", static (SettingsEndpoint settings) => settings.Get()).AddEndpointFilter(readers);
        app.MapGet("/local/records", RecordsEndpoint.GetAsync).AddEndpointFilter(readers);
        app.MapGet("/local/comet", CometEndpoint.GetAsync).AddEndpointFilter(readers);
    }

    /// <summary>The level of a function's trigger, as the Functions host sees it.</summary>
    public static AuthorizationLevel LevelOf(LocalFunction function, AccessOptions access) =>
        access.IsWithoutFunctionKeys ? AuthorizationLevel.Anonymous : function.Http.AuthLevel;

    // In the order of the Functions host: 404 for a method that the trigger does not name, 401 without a valid key, then the body's size.
    private static RequestDelegate CheckRequest(
        FunctionKeys keys, AuthorizationLevel level, string[]? methods, RequestDelegate invoke) => http =>
    {
        if (methods is { Length: > 0 } && !methods.Contains(http.Request.Method, StringComparer.OrdinalIgnoreCase))
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        if (!keys.Allows(http.Request, level))
        {
            http.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return Task.CompletedTask;
        }

        if (http.Request.ContentLength > http.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize)
        {
            // Kestrel does not read such a body. It closes the connection after the answer.
            http.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
            http.Response.Headers.Connection = "close";
            return Task.CompletedTask;
        }

        return invoke(http);
    };
}
