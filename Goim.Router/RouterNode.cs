using Azure.Core;
using Goim.Router.Access;
using Goim.Router.Connections;
using Goim.Router.Epochs;
using Goim.Router.Leases;
using Goim.Router.Memory;
using Goim.Router.Redis;
using Goim.Router.Redis.Sessions;
using Goim.Router.Telemetry;
using Goim.Settings;
using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Goim.Router;

/// <summary>
/// A router node: serves RouterRPC, PackedRouterRPC, <c>grpc.health.v1</c>, and reflection in the environment Development, over HTTP/2, in
/// plain text (h2c) or with TLS if Kestrel is configured with a certificate.
/// </summary>
public static class RouterNode
{
    /// <summary>The address that a node listens on, unless <c>--urls</c> or <c>ASPNETCORE_URLS</c> sets another.</summary>
    public const string DefaultUrl = "http://localhost:7270";

    /// <summary>Files that a node opens after its start, such as connections to Redis.</summary>
    private const int ReservedFiles = 32;

    /// <summary>Maximum size of a request. The largest MPut has about 750 KB.</summary>
    internal const int MaxRequestBytes = 1024 * 1024;

    /// <summary>Builds a node from command line and environment variables. The caller starts it.</summary>
    /// <param name="args">Command line arguments.</param>
    /// <param name="configure">Runs last, before the app is built.</param>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        OpenFiles.Check();
        var builder = WebApplication.CreateSlimBuilder(HostArguments.WithoutFileWatches(args));
        ConfigureKestrel(builder);
        ConnectionLimit.AddTo(builder.Services, ReservedFiles);
        builder.Services.AddSettings<RouterNodeOptions, RouterNodeOptionsValidator>(RouterNodeOptions.Section);
        builder.Services.TryAddSingleton(TimeProvider.System);
        var options = SettingsBinder.Read<RouterNodeOptions>(builder.Configuration.GetSection(RouterNodeOptions.Section));
        if (options.Store == SessionStore.Redis)
        {
            AddRedisSessions(builder.Services, options);
        }
        else
        {
            AddMemorySessions(builder.Services, options);
        }

        AddGrpc(builder.Services, options.Store);
        builder.Services.AddMetrics().AddSingleton<RouterMetrics>().AddSingleton<StoreGauges>();
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
        {
            kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http2);

            // In place of the builder's own call, which has the files of certificates watched.
            kestrel.Configure(builder.Configuration.GetSection("Kestrel"), reloadOnChange: false);
        });
        ListenUrls.Check(builder.Configuration, "http", "https");
        KestrelCertificates.Check(builder.Configuration);
        if (string.IsNullOrEmpty(builder.Configuration["urls"]))
        {
            builder.WebHost.UseUrls(DefaultUrl);
        }
    }

    private static void AddMemorySessions(IServiceCollection services, RouterNodeOptions options)
    {
        AddLeases<MemoryLeases>(services, options);
        services.AddSingleton<IEpochs, MemoryEpochs>();
        services.AddSingleton<MemorySessions>();
        services.AddSingleton<ISessions>(static provider => provider.GetRequiredService<MemorySessions>());
        services.AddHostedService<UserExpiry>();
    }

    private static void AddRedisSessions(IServiceCollection services, RouterNodeOptions options)
    {
        services.AddSingleton(static provider => new RedisConnection(
            provider.GetRequiredService<IOptions<RouterNodeOptions>>(),
            provider.GetService<RedisTokens>(),
            provider.GetRequiredService<ILogger<RedisConnection>>(),
            provider.GetRequiredService<RouterMetrics>()));
        if (options.RedisIdentity is { Length: > 0 } identity)
        {
            services.TryAddSingleton(_ => RedisTokens.Credential(identity));
            services.AddSingleton(static provider => new RedisTokens(
                provider.GetRequiredService<TokenCredential>(),
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<RedisTokens>>()));
        }

        services.AddSingleton<ISessions, RedisSessions>();
        services.AddSingleton<IEpochs, RedisEpochs>();
        services.AddHostedService<RedisWatch>();
        AddLeases<RedisLeases>(services, options);
        services.AddSingleton<RedisFaultInterceptor>();
    }

    private static void AddLeases<TLeases>(IServiceCollection services, RouterNodeOptions options)
        where TLeases : class, ILeases
    {
        if (options.ServerLease == TimeSpan.Zero)
        {
            services.AddSingleton<ILeases, NoLeases>();
            return;
        }

        services.AddSingleton<ILeases, TLeases>();
        services.AddSingleton<LeaseExpiry>();
        services.AddHostedService(static provider => provider.GetRequiredService<LeaseExpiry>());
    }

    private static void AddGrpc(IServiceCollection services, SessionStore store)
    {
        services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = MaxRequestBytes;
            if (store == SessionStore.Redis)
            {
                grpc.Interceptors.Add<RedisFaultInterceptor>();
            }
        });

        // A compressed message of 4 MB could become 4 GB. The app compresses none.
        services.PostConfigure<GrpcServiceOptions>(grpc => grpc.CompressionProviders = []);

        // By default, gRPC creates a service object for each call.
        services.AddSingleton<Scans>();
        services.AddSingleton<AllUsers>();
        services.AddSingleton<Refusals>();
        services.AddSingleton<ColdStart>();
        services.AddSingleton<SessionDeletion>();
        services.AddSingleton<RouterService>();
        services.AddSingleton<PackedRouterService>();
        services.AddGrpcReflection();
        services.AddSingleton<NodeTokens>();
        services.AddSingleton<RefusedCalls>();
        services.AddGrpcHealthChecks().AddCheck("sessions", () => HealthCheckResult.Healthy());
    }

    private static void SetLogLevels(ILoggingBuilder logging)
    {
        logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        logging.AddFilter("Grpc", LogLevel.Warning);

        // CallFaults logs calls that fail. This category logs an error for each malformed message.
        logging.AddFilter("Grpc.AspNetCore.Server.ServerCallHandler", LogLevel.None);

        // With this category on, ASP.NET Core creates an activity and a log scope for each call.
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);

        // Program reports why a start failed.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
    }

    private static void MapServices(WebApplication app)
    {
        app.Services.GetRequiredService<StoreGauges>();
        app.UseMiddleware<CallDuration>();
        app.UseMiddleware<TokenCheck>();
        app.Lifetime.ApplicationStarted.Register(static node => OpenNode.Warn((WebApplication)node!), app);
        var headers = ActivatorUtilities.CreateInstance<NodeHeaders>(app.Services);
        app.Use((context, next) =>
        {
            headers.AddTo(context.Response.Headers);
            return next(context);
        });
        app.Use(ActivatorUtilities.CreateInstance<CallFaults>(app.Services).RunAsync);
        app.MapGrpcService<RouterService>();
        app.MapGrpcService<PackedRouterService>();
        app.MapGrpcHealthChecksService();
        if (app.Environment.IsDevelopment())
        {
            app.MapGrpcReflectionService();
        }
    }
}
