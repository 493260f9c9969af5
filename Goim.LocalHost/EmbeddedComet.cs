using System.Net;
using Goim.Comet;
using Goim.Comet.Clients;
using Goim.Comet.Settings;
using Goim.Comet.Status;
using Goim.Kafka;
using Goim.LocalHost.Keys;
using Goim.Logic.Access;
using Goim.Settings;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace Goim.LocalHost;

/// <summary>
/// A comet in this process, if <c>Comet__Embedded</c> is true. Its WebSocket clients connect to <c>/sub</c> of LocalHost, and it calls the
/// facade of LocalHost. It starts after LocalHost listens, and stops before LocalHost ends its requests.
/// </summary>
internal sealed class EmbeddedComet(
    IConfiguration configuration, IServer server, OwnKey key, IOptions<AccessOptions> access, ILoggerFactory loggers)
    : IHostedLifecycleService, IAsyncDisposable
{
    /// <summary>Part of the time within which Ctrl+C must end LocalHost.</summary>
    private static readonly TimeSpan StopTime = TimeSpan.FromMilliseconds(400);

    /// <summary>How long the start waits until clients can be registered. They may not be for longer, such as without the broker.</summary>
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(2);

    private IHost? comet;

    /// <summary>The clients over WebSocket. Null while the comet does not run.</summary>
    public WebSocketClients? WebSocketClients => comet?.Services.GetRequiredService<WebSocketClients>();

    /// <summary>Whether the comet can do its work. Null until it has started.</summary>
    public CometHealth? Health => comet?.Services.GetRequiredService<CometHealth>();

    /// <summary>The comet's counters. Null until it has started.</summary>
    public CometStat? Stat => comet?.Services.GetRequiredService<CometStat>();

    /// <summary>Where clients connect over TCP, <c>tcp://host:port</c>. Null if there is no port for TCP.</summary>
    public string? TcpAddress => comet?.Services.GetRequiredService<TcpListener>().Address is { } bound ? Reachable(bound) : null;

    /// <summary>Where clients connect over WebSocket.</summary>
    public string WebSocketAddress => $"ws{Address["http".Length..]}/sub";

    private string Address => Reachable(server.Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>True unless <c>Comet__Embedded</c> is false.</summary>
    public static bool IsNeeded(IConfiguration configuration) =>
        SettingsBinder.Read<CometOptions>(configuration.GetSection(CometOptions.Section)).Embedded;

    /// <summary>The settings that make the comet use LocalHost's facade, unless <c>Comet__Api</c> names another.</summary>
    /// <param name="configuration">All settings.</param>
    /// <param name="api">Address of LocalHost.</param>
    /// <param name="key">A function key of LocalHost.</param>
    /// <param name="callerKey">Key of a caller of LocalHost. Null if there are no callers.</param>
    public static Dictionary<string, string?> Settings(IConfiguration configuration, Uri api, string key, string? callerKey)
    {
        var comet = configuration.GetSection(CometOptions.Section);
        var settings = new Dictionary<string, string?> { [$"{comet.Path}:{nameof(CometOptions.DrainTime)}"] = "00:00:00" };
        if (string.IsNullOrEmpty(comet[nameof(CometOptions.Api)]))
        {
            settings[$"{comet.Path}:{nameof(CometOptions.Api)}"] = api.ToString();
            settings[$"{comet.Path}:{nameof(CometOptions.ApiKey)}"] = key;
            settings[$"{comet.Path}:{nameof(CometOptions.CallerKey)}"] = callerKey ?? "";
            settings[$"{comet.Path}:{nameof(CometOptions.CallerAudience)}"] = "";
        }

        return settings;
    }

    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddConfiguration(configuration);
        var callerKey = access.Value.Callers.Count > 0 ? key.Value : null;
        builder.Configuration.AddInMemoryCollection(Settings(configuration, new Uri(Address), key.Value, callerKey));
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.AddSingleton(loggers);
        builder.Services.Configure<HostOptions>(static host => host.ShutdownTimeout = StopTime);
        builder.Services.AddSingleton(new TcpPortInUse(TakesAnother: true));
        builder.Services.AddKafka(static kafka => [kafka.Topic]).AddComet(OpenFiles.Free() / 2);
        var started = builder.Build();
        started.Services.GetRequiredService<IStartupValidator>().Validate();
        await started.StartAsync(cancellationToken);
        comet = started;
        await started.Services.GetRequiredService<ClientContext>().ReadyAsync(LongestStart, cancellationToken);
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => comet?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (comet is IAsyncDisposable disposable)
        {
            await disposable.DisposeAsync();
        }
    }

    // A server that listens on every address is reached as localhost.
    private static string Reachable(string bound)
    {
        var uri = new Uri(bound);
        var isAny = IPAddress.TryParse(uri.Host, out var address) && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any));
        return $"{uri.Scheme}://{(isAny ? "localhost" : uri.Host)}:{uri.Port}";
    }
}
