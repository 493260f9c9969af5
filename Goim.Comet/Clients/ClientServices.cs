using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Goim.Comet.Clients;

/// <summary>Registers what clients connect to.</summary>
internal static class ClientServices
{
    /// <summary>Adds the clients over WebSocket and TCP, and the listener for TCP.</summary>
    public static IServiceCollection AddClients(this IServiceCollection services)
    {
        services.TryAddSingleton(new TcpPortInUse(TakesAnother: false));
        services.AddSingleton<ClientContext>();
        services.AddSingleton<Origins>();
        services.AddSingleton<WebSocketClients>();
        services.AddSingleton<TcpClients>();
        services.AddSingleton<TcpListener>();
        services.AddHostedService(static provider => provider.GetRequiredService<TcpListener>());
        return services;
    }

    /// <summary>Serves WebSocket clients at <c>/sub</c>.</summary>
    public static void UseWebSocketClients(this IApplicationBuilder app)
    {
        var clients = app.ApplicationServices.GetRequiredService<WebSocketClients>();
        app.MapWhen(
            static http => http.Request.Path.Equals("/sub", StringComparison.OrdinalIgnoreCase),
            sub => sub.Use(clients.PrepareAsync).UseWebSockets().Run(clients.RunAsync));
    }
}
