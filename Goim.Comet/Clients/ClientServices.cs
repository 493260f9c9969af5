using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Goim.Comet.Clients;

/// <summary>Registers what clients connect to.</summary>
internal static class ClientServices
{
    /// <summary>Adds the clients over WebSocket and TCP, and the listener for TCP.</summary>
    public static IServiceCollection AddClients(this IServiceCollection services)
    {
        services.TryAddSingleton(new TcpPortInUse(TakesAnother: false));
        services.AddSingleton<ClientContext>().AddSingleton<SocketLimit>().AddSingleton<Handshakes>();
        services.AddHostedService(static provider => provider.GetRequiredService<Handshakes>());
        services.AddSingleton<Origins>();
        services.AddSingleton<WebSocketClients>();
        services.AddSingleton<FirstRequest>();
        services.AddSingleton<TcpClients>();
        services.AddSingleton<TcpListener>();
        services.AddHostedService(static provider => provider.GetRequiredService<TcpListener>());
        return services;
    }

    /// <summary>Serves WebSocket clients at <c>/sub</c>.</summary>
    /// <param name="app">The app.</param>
    /// <param name="clients">Gives the clients of the comet. Null while it does not run.</param>
    public static void UseWebSocketClients(this IApplicationBuilder app, Func<WebSocketClients?> clients) => app.MapWhen(
        static http => http.Request.Path.Equals("/sub", StringComparison.OrdinalIgnoreCase),
        sub => sub.Use((http, next) => clients()?.PrepareAsync(http, next) ?? Unavailable(http))
            .UseWebSockets()
            .Run(http => clients()?.RunAsync(http) ?? Unavailable(http)));

    private static Task Unavailable(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        return Task.CompletedTask;
    }
}
