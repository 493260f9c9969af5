using System.Globalization;
using Goim.Comet.Counters;
using Goim.Functions.Push;
using Goim.Kafka;
using Goim.LocalHost.Broker;
using Goim.LocalHost.Keys;
using Goim.LocalHost.Local;
using Goim.LocalHost.Outputs;
using Goim.LocalHost.Settings;
using Goim.LocalHost.Worker;
using Goim.Logic;
using Goim.Logic.Access;
using Goim.Logic.Delivery;
using Goim.Logic.Push;
using Goim.Logic.Telemetry;
using Goim.Router.Connections;
using Goim.Router.Telemetry;
using Goim.Settings;
using Goim.Telemetry;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.Options;
using OpenTelemetry;

namespace Goim.LocalHost;

/// <summary>Runs the functions on Kestrel. Embeds a broker and a router node if the settings name none.</summary>
internal sealed class LocalHostApp : IAsyncDisposable
{
    private const string DefaultUrl = "http://localhost:7071";

    // Both together stay below 2 s, the time within which Ctrl+C must end the process.
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromMilliseconds(900);
    private static readonly TimeSpan FlushTimeout = TimeSpan.FromMilliseconds(700);

    private readonly WebApplication app;
    private readonly EmbeddedComponents embedded;
    private int stopped;

    private LocalHostApp(WebApplication app, EmbeddedComponents embedded, IReadOnlyList<LocalFunction> functions)
    {
        this.app = app;
        this.embedded = embedded;
        Functions = functions;
    }

    /// <summary>The first address that the app listens on.</summary>
    public string Url => app.Urls.First();

    public IReadOnlyList<LocalFunction> Functions { get; }

    public IServiceProvider Services => app.Services;

    /// <summary>Files that LocalHost opens with its first calls.</summary>
    private const int ReservedFiles = 64;

    /// <summary>Checks the settings, starts the embedded components, and listens.</summary>
    public static async Task<LocalHostApp> StartAsync(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        OpenFiles.Check();
        var builder = WebApplication.CreateSlimBuilder(HostArguments.WithoutFileWatches(args));
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = Defaults() });
        var localSettings = LocalSettingsFile.Read(Directory.GetCurrentDirectory());
        builder.Configuration.Sources.Insert(1, new MemoryConfigurationSource { InitialData = localSettings });
        SettingsCheck.Run(builder.Configuration);
        ListenUrls.Check(builder.Configuration, "http");

        var embedded = await StartEmbeddedAsync(builder.Configuration);
        var functions = LocalFunction.Discover(typeof(PushFunction).Assembly);
        configure?.Invoke(builder);
        var app = Build(builder, embedded);
        Endpoints.Map(app, functions);
        await ListenUrls.ListenAsync(app.Configuration, () => app.StartAsync());
        return new LocalHostApp(app, embedded, functions);
    }

    public void PrintBanner() => Banner.Print(app, Functions, app.Configuration.GetValue<bool>("LocalHost:RequireKeys"));

    public Task WaitForShutdownAsync() => app.WaitForShutdownAsync();

    /// <summary>Waits for open requests, delivers the queued records, then stops the embedded components.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref stopped, 1) == 1)
        {
            return;
        }

        await app.StopAsync();
        var undelivered = app.Services.GetRequiredService<KafkaProducers>().Flush(FlushTimeout);
        if (undelivered > 0)
        {
            app.Logger.RecordsNotDelivered(undelivered);
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
        return new()
        {
            ["KafkaTopic"] = kafka.Topic,
            ["KafkaEventsTopic"] = kafka.EventsTopic,
            [HostBodyLimit.Setting] = HostBodyLimit.Default.ToString(CultureInfo.InvariantCulture),
        };
    }

    private static async Task<EmbeddedComponents> StartEmbeddedAsync(ConfigurationManager configuration)
    {
        EmbeddedRouter? router = null;
        if (EmbeddedRouter.IsNeeded(configuration))
        {
            router = await EmbeddedRouter.StartAsync(configuration);
            configuration.AddInMemoryCollection(EmbeddedRouter.Settings(router.Address, router.Token));
        }

        EmbeddedBroker? broker = null;
        if (EmbeddedBroker.IsNeeded(configuration))
        {
            broker = new EmbeddedBroker(configuration["KafkaTopic"]!, configuration["KafkaEventsTopic"]!);
            configuration.AddInMemoryCollection(EmbeddedBroker.Settings(broker.Brokers));
        }

        return new EmbeddedComponents(broker, router);
    }

    private static WebApplication Build(WebApplicationBuilder builder, EmbeddedComponents embedded)
    {
        if (string.IsNullOrEmpty(builder.Configuration["urls"]))
        {
            builder.WebHost.UseUrls(DefaultUrl);
        }

        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = HostBodyLimit.Read(builder.Configuration) ?? HostBodyLimit.Default;
        });
        var readers = RecordReaders.MostWith(OpenFiles.Free());
        ConnectionLimit.AddTo(builder.Services, (readers * RecordReaders.FilesOfOne) + ReservedFiles);
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);

        // Without this, ASP.NET Core makes a log scope and an activity for each request.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);

        builder.Logging.AddFilter("Goim.Comet", LogLevel.Warning);
        if (embedded.Router is not null)
        {
            // They warn that the nodes grant no lease. A node in this process ends together with the comet.
            builder.Logging.AddFilter("Goim.Comet.Registration.Heartbeats", LogLevel.Error);
        }

        // Program prints why a start failed.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        builder.Services.Configure<HostOptions>(static host => host.ShutdownTimeout = RequestTimeout);
        builder.Services.AddGoim();

        // ASP.NET Core's request span is the parent of our spans. The embedded comet and router node do not export by themselves.
        builder.Services
            .AddTelemetryExport(
                builder.Configuration, GoimTelemetry.Service, GoimTelemetry.Name, CometMetrics.MeterName, RouterTelemetry.MeterName)?
            .WithTracing(static tracing => tracing.AddSource("Microsoft.AspNetCore"));

        // The rest of the time is for answering the callers that wait for an acknowledgement.
        builder.Services.Configure<ProducerOptions>(static producer => producer.FlushTimeout = RequestTimeout * 0.55);
        builder.Services.AddLocalHostOptions();
        builder.Services.AddSingleton(embedded);
        builder.Services.AddCors();
        builder.Services.AddSingleton<OwnKey>().AddSingleton<FunctionKeys>();
        if (EmbeddedComet.IsNeeded(builder.Configuration))
        {
            builder.Services.AddSingleton<EmbeddedComet>();
            builder.Services.AddSingleton<IPostConfigureOptions<AccessOptions>, OwnCaller>();
            builder.Services.AddHostedService(static provider => provider.GetRequiredService<EmbeddedComet>());
        }

        builder.Services.AddSingleton(provider => ActivatorUtilities.CreateInstance<RecordReaders>(provider, readers));
        builder.Services.AddSingleton<KafkaProducers>().AddSingleton<SettingsEndpoint>();
        return builder.Build();
    }
}
