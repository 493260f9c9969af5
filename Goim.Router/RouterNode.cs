using Azure.Core;
using Goim.Router.Leases;
using Goim.Router.Memory;
using Goim.Router.Redis;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Goim.Router;

/// <summary>A router node: RouterRPC, <c>grpc.health.v1</c> and reflection on HTTP/2 without TLS (h2c), or with it where Kestrel is given a certificate.</summary>
public static class RouterNode
{
    /// <summary>Where a node listens unless <c>--urls</c> or <c>ASPNETCORE_URLS</c> says otherwise.</summary>
    public const string DefaultUrl = "http://localhost:7270";

    /// <summary>Builds a node from the command line and the environment; the caller starts it.</summary>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http2));
        if (string.IsNullOrEmpty(builder.Configuration["urls"]))
        {
            builder.WebHost.UseUrls(DefaultUrl);
        }

        builder.Services.AddOptionsWithValidateOnStart<RouterNodeOptions, RouterNodeOptionsValidator>().BindConfiguration(RouterNodeOptions.Section);
        builder.Services.TryAddSingleton(TimeProvider.System);
        var store = AddSessions(builder);
        builder.Services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = MaxRequestBytes;
            if (store == SessionStore.Redis)
            {
                grpc.Interceptors.Add<RedisFaults>();
            }
        });
        builder.Services.AddSingleton<RouterService>(); // One for all calls, not one for each.
        builder.Services.AddSingleton<PackedRouterService>();
        builder.Services.AddGrpcReflection();
        builder.Services.AddGrpcHealthChecks().AddCheck("sessions", () => HealthCheckResult.Healthy());
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None); // It has nothing to log, and would make an activity and a scope of every call.
        builder.Logging.AddFilter("Grpc", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical); // Program says why a start failed.
        configure?.Invoke(builder);

        var app = builder.Build();
        var sessions = app.Services.GetRequiredService<ISessions>();
        app.Use((context, next) =>
        {
            context.Response.Headers["goim-store"] = sessions.Store;
            return next(context);
        });
        app.MapGrpcService<RouterService>();
        app.MapGrpcService<PackedRouterService>();
        app.MapGrpcHealthChecksService();
        app.MapGrpcReflectionService();
        return app;
    }

    private static SessionStore AddSessions(WebApplicationBuilder builder)
    {
        if (builder.Configuration.GetSection(RouterNodeOptions.Section).GetValue<SessionStore>(nameof(RouterNodeOptions.Store)) == SessionStore.Redis)
        {
            builder.Services.AddSingleton(static services => new RedisConnection(
                services.GetRequiredService<IOptions<RouterNodeOptions>>(), services.GetService<RedisTokens>(), services.GetRequiredService<ILogger<RedisConnection>>()));
            if (builder.Configuration[$"{RouterNodeOptions.Section}:{nameof(RouterNodeOptions.RedisIdentity)}"] is { Length: > 0 } identity)
            {
                builder.Services.TryAddSingleton(_ => RedisTokens.Credential(identity));
                builder.Services.AddSingleton(static services => new RedisTokens(
                    services.GetRequiredService<TokenCredential>(), services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<RedisTokens>>()));
            }

            builder.Services.AddSingleton<ISessions, RedisSessions>();
            AddLeases<RedisLeases>(builder);
            builder.Services.AddSingleton<RedisFaults>();
            return SessionStore.Redis;
        }

        AddLeases<MemoryLeases>(builder);
        builder.Services.AddSingleton<MemorySessions>();
        builder.Services.AddSingleton<ISessions>(static services => services.GetRequiredService<MemorySessions>());
        builder.Services.AddHostedService<UserExpiry>();
        return SessionStore.Memory;
    }

    private static void AddLeases<TLeases>(WebApplicationBuilder builder)
        where TLeases : class, ILeases
    {
        if (builder.Configuration.GetSection(RouterNodeOptions.Section).GetValue<TimeSpan>(nameof(RouterNodeOptions.ServerLease)) == TimeSpan.Zero)
        {
            builder.Services.AddSingleton<ILeases, NoLeases>();
            return;
        }

        builder.Services.AddSingleton<ILeases, TLeases>();
        builder.Services.AddSingleton<LeaseExpiry>();
        builder.Services.AddHostedService(static services => services.GetRequiredService<LeaseExpiry>());
    }

    /// <summary>Largest request a node reads: an MPut or MGet of 100,000 entries fits.</summary>
    private const int MaxRequestBytes = 4 * 1024 * 1024;
}
