using Azure.Core;
using Goim.Router.Leases;
using Goim.Router.Memory;
using Goim.Router.Redis;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Goim.Router;

/// <summary>
/// A router node: serves RouterRPC, PackedRouterRPC, <c>grpc.health.v1</c> and reflection over HTTP/2, in plain text (h2c) or with TLS if
/// Kestrel is configured with a certificate.
/// </summary>
public static class RouterNode
{
    /// <summary>The address that a node listens on, unless <c>--urls</c> or <c>ASPNETCORE_URLS</c> sets another.</summary>
    public const string DefaultUrl = "http://localhost:7270";

    /// <summary>Maximum size of a request. An MPut or MGet with 100,000 entries fits.</summary>
    private const int MaxRequestBytes = 4 * 1024 * 1024;

    /// <summary>Builds a node from command line and environment variables. The caller starts it.</summary>
    /// <param name="args">Command line arguments.</param>
    /// <param name="configure">Runs last, before the app is built.</param>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        ConfigureKestrel(builder);
        builder.Services.AddOptionsWithValidateOnStart<RouterNodeOptions, RouterNodeOptionsValidator>()
            .BindConfiguration(RouterNodeOptions.Section);
        builder.Services.TryAddSingleton(TimeProvider.System);
        var store = builder.Configuration.GetSection(RouterNodeOptions.Section).GetValue<SessionStore>(nameof(RouterNodeOptions.Store));
        if (store == SessionStore.Redis)
        {
            AddRedisSessions(builder);
        }
        else
        {
            AddMemorySessions(builder);
        }

        AddGrpc(builder, store);
        SetLogLevels(builder.Logging);
        configure?.Invoke(builder);

        var app = builder.Build();
        MapServices(app);
        return app;
    }

    private static void ConfigureKestrel(WebApplicationBuilder builder)
    {
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http2));
        if (string.IsNullOrEmpty(builder.Configuration["urls"]))
        {
            builder.WebHost.UseUrls(DefaultUrl);
        }
    }

    private static void AddMemorySessions(WebApplicationBuilder builder)
    {
        AddLeases<MemoryLeases>(builder);
        builder.Services.AddSingleton<MemorySessions>();
        builder.Services.AddSingleton<ISessions>(static services => services.GetRequiredService<MemorySessions>());
        builder.Services.AddHostedService<UserExpiry>();
    }

    private static void AddRedisSessions(WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(static services => new RedisConnection(
            services.GetRequiredService<IOptions<RouterNodeOptions>>(),
            services.GetService<RedisTokens>(),
            services.GetRequiredService<ILogger<RedisConnection>>()));
        if (builder.Configuration[$"{RouterNodeOptions.Section}:{nameof(RouterNodeOptions.RedisIdentity)}"] is { Length: > 0 } identity)
        {
            builder.Services.TryAddSingleton(_ => RedisTokens.Credential(identity));
            builder.Services.AddSingleton(static services => new RedisTokens(
                services.GetRequiredService<TokenCredential>(),
                services.GetRequiredService<TimeProvider>(),
                services.GetRequiredService<ILogger<RedisTokens>>()));
        }

        builder.Services.AddSingleton<ISessions, RedisSessions>();
        AddLeases<RedisLeases>(builder);
        builder.Services.AddSingleton<RedisFaultInterceptor>();
    }

    private static void AddLeases<TLeases>(WebApplicationBuilder builder)
        where TLeases : class, ILeases
    {
        var section = builder.Configuration.GetSection(RouterNodeOptions.Section);
        if (section.GetValue<TimeSpan>(nameof(RouterNodeOptions.ServerLease)) == TimeSpan.Zero)
        {
            builder.Services.AddSingleton<ILeases, NoLeases>();
            return;
        }

        builder.Services.AddSingleton<ILeases, TLeases>();
        builder.Services.AddSingleton<LeaseExpiry>();
        builder.Services.AddHostedService(static services => services.GetRequiredService<LeaseExpiry>());
    }

    private static void AddGrpc(WebApplicationBuilder builder, SessionStore store)
    {
        builder.Services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = MaxRequestBytes;
            if (store == SessionStore.Redis)
            {
                grpc.Interceptors.Add<RedisFaultInterceptor>();
            }
        });

        // By default, gRPC creates a service object for each call.
        builder.Services.AddSingleton<RouterService>();
        builder.Services.AddSingleton<PackedRouterService>();
        builder.Services.AddGrpcReflection();
        builder.Services.AddGrpcHealthChecks().AddCheck("sessions", () => HealthCheckResult.Healthy());
    }

    private static void SetLogLevels(ILoggingBuilder logging)
    {
        logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        logging.AddFilter("Grpc", LogLevel.Warning);

        // With this category on, ASP.NET Core creates an activity and a log scope for each call.
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);

        // Program reports why a start failed.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
    }

    private static void MapServices(WebApplication app)
    {
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
    }
}
