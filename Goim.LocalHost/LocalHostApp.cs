using Goim.Functions.Push;
using Goim.LocalHost.Broker;
using Goim.LocalHost.Keys;
using Goim.LocalHost.Local;
using Goim.LocalHost.Outputs;
using Goim.LocalHost.Queues;
using Goim.LocalHost.Settings;
using Goim.LocalHost.Worker;
using Goim.Logic;
using Goim.Kafka;
using Goim.Logic.Delivery;
using Goim.Logic.Telemetry;
using Goim.Settings;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration.Memory;
using OpenTelemetry;
using OpenTelemetry.Trace;

namespace Goim.LocalHost;

/// <summary>The functions on Kestrel, with an embedded broker and router where the settings name none.</summary>
internal sealed class LocalHostApp : IAsyncDisposable
{
    private const string DefaultUrl = "http://localhost:7071";

    /// <summary>As the Functions host: a larger body never reaches a function.</summary>
    private const long MaxBodyBytes = 100 * 1024 * 1024;

    /// <summary>Both together stay below the 2 s in which Ctrl+C ends the process.</summary>
    private static readonly TimeSpan RequestGrace = TimeSpan.FromMilliseconds(900);
    private static readonly TimeSpan FlushGrace = TimeSpan.FromMilliseconds(700);

    private readonly WebApplication app;
    private readonly Embedded embedded;
    private int stopped;

    private LocalHostApp(WebApplication app, Embedded embedded, IReadOnlyList<LocalFunction> functions)
    {
        this.app = app;
        this.embedded = embedded;
        Functions = functions;
    }

    /// <summary>Where it listens.</summary>
    public string Url => app.Urls.First();

    public IReadOnlyList<LocalFunction> Functions { get; }

    public IServiceProvider Services => app.Services;

    /// <summary>Checks the settings, starts what is to be embedded, and listens.</summary>
    public static async Task<LocalHostApp> StartAsync(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = Defaults() });
        builder.Configuration.Sources.Insert(1, new MemoryConfigurationSource { InitialData = LocalSettingsFile.Read(Directory.GetCurrentDirectory()) });
        SettingsCheck.Run(builder.Configuration);
        ListenUrls.Check(builder.Configuration["urls"] ?? "", "http");

        var embedded = await StartEmbeddedAsync(builder.Configuration);
        var functions = LocalFunction.In(typeof(PushFunction).Assembly);
        var app = Build(builder, embedded, functions);
        Map(app, functions);
        await app.StartAsync();
        return new LocalHostApp(app, embedded, functions);
    }

    public void PrintBanner() => Banner.Print(app, Functions, app.Configuration.GetValue<bool>("LocalHost:RequireKeys"));

    public Task WaitForShutdownAsync() => app.WaitForShutdownAsync();

    /// <summary>Lets requests end, delivers what is queued, then stops what is embedded.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref stopped, 1) == 1)
        {
            return;
        }

        await app.StopAsync();
        var left = app.Services.GetRequiredService<KafkaProducers>().Flush(FlushGrace);
        if (left > 0)
        {
            app.Logger.RecordsLeftBehind(left);
        }

        await app.DisposeAsync();
        if (embedded.Router is { } router)
        {
            await router.DisposeAsync();
        }

        embedded.Broker?.Dispose();
    }

    private static Dictionary<string, string?> Defaults()
    {
        var kafka = new KafkaOptions();
        return new() { ["KafkaTopic"] = kafka.Topic, ["KafkaEventsTopic"] = kafka.EventsTopic };
    }

    private static async Task<Embedded> StartEmbeddedAsync(ConfigurationManager configuration)
    {
        EmbeddedRouter? router = null;
        if (!EmbeddedRouter.IsConfigured(configuration))
        {
            router = await EmbeddedRouter.StartAsync(configuration);
            configuration.AddInMemoryCollection(EmbeddedRouter.Settings(router.Address));
        }

        EmbeddedBroker? broker = null;
        if (!EmbeddedBroker.IsConfigured(configuration))
        {
            broker = new EmbeddedBroker(configuration["KafkaTopic"]!, configuration["KafkaEventsTopic"]!);
            configuration.AddInMemoryCollection(EmbeddedBroker.Settings(broker.Brokers));
        }

        return new Embedded(broker, router);
    }

    private static WebApplication Build(WebApplicationBuilder builder, Embedded embedded, IReadOnlyList<LocalFunction> functions)
    {
        if (string.IsNullOrEmpty(builder.Configuration["urls"]))
        {
            builder.WebHost.UseUrls(DefaultUrl);
        }

        builder.WebHost.ConfigureKestrel(static kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
        });
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None); // It would make a scope and an activity for each request.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None); // Program says why a start failed.
        builder.Services.Configure<HostOptions>(static host => host.ShutdownTimeout = RequestGrace);
        builder.Services.AddGoim();
        builder.Services.AddTelemetryExport(builder.Configuration)?.WithTracing(static tracing => tracing.AddSource("Microsoft.AspNetCore")); // Spans of a request's own are children of Kestrel's.
        builder.Services.Configure<ProducerOptions>(static producer => producer.FlushTimeout = RequestGrace * 0.55); // The rest is for the answers to those who wait.
        builder.Services.AddLocalHostOptions();
        builder.Services.AddSingleton(embedded);
        builder.Services.AddSingleton<FunctionKeys>();
        builder.Services.AddSingleton<KafkaProducers>();
        builder.Services.AddQueueListeners(builder.Configuration, functions);
        return builder.Build();
    }

    private static void Map(WebApplication app, IReadOnlyList<LocalFunction> functions)
    {
        // The Functions host answers an empty 500 for a function that throws; the log has the exception.
        app.UseExceptionHandler(new ExceptionHandlerOptions { ExceptionHandler = static _ => Task.CompletedTask });

        var keys = app.Services.GetRequiredService<FunctionKeys>();
        foreach (var function in functions.Where(function => function.Http is not null))
        {
            var invoker = new FunctionInvoker(function, app.Services.GetRequiredService<KafkaProducers>(), app.Logger);
            app.Map(function.Route, Guarded(keys, function.Http!.AuthLevel, function.Http.Methods, invoker.InvokeAsync));
        }

        app.Map("/", static () => Results.Text("Goim.Functions is up and running.\n"));
        app.MapGet("/local/settings", SettingsEndpoint.Get).AddEndpointFilter(Asking(keys));
        app.MapGet("/local/records", RecordsEndpoint.GetAsync).AddEndpointFilter(Asking(keys));
    }

    private static RequestDelegate Guarded(FunctionKeys keys, AuthorizationLevel level, string[]? methods, RequestDelegate invoke) => http =>
    {
        // As the host: another method than the trigger's is no route, and a key is asked for before the function runs.
        if (methods is { Length: > 0 } && !methods.Contains(http.Request.Method, StringComparer.OrdinalIgnoreCase))
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        if (!keys.Opens(http.Request, level))
        {
            http.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return Task.CompletedTask;
        }

        return invoke(http);
    };

    private static Func<EndpointFilterInvocationContext, EndpointFilterDelegate, ValueTask<object?>> Asking(FunctionKeys keys) =>
        (context, next) => keys.Opens(context.HttpContext.Request, AuthorizationLevel.Function)
            ? next(context)
            : ValueTask.FromResult<object?>(Results.StatusCode(StatusCodes.Status401Unauthorized));
}
