using Goim.Comet;
using Goim.Comet.Clients;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Goim.Functions.Tests.Hosting;

/// <summary>A comet as its program makes it, in this process.</summary>
internal sealed class CometProgram : IAsyncDisposable
{
    private readonly WebApplication app;

    private CometProgram(WebApplication app)
    {
        this.app = app;
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.First(static url => url.StartsWith("http:", StringComparison.Ordinal))) };
    }

    public HttpClient Http { get; }

    public IServiceProvider Services => app.Services;

    /// <summary>Where clients connect over TCP, if there is a port for them.</summary>
    public Uri Tcp => new(app.Services.GetRequiredService<TcpListener>().Address!);

    /// <summary>Where clients connect over WebSocket.</summary>
    public Uri WebSocket => new($"ws://{Http.BaseAddress!.Authority}/sub");

    /// <summary>Port of the first address with TLS.</summary>
    public int TlsPort => new Uri(app.Urls.First(static url => url.StartsWith("https:", StringComparison.Ordinal))).Port;

    /// <summary>What the program prints when it has started.</summary>
    public string Banner => CometApp.Banner(app);

    /// <param name="api">Address of the app whose facade it uses.</param>
    /// <param name="brokers"><c>host:port</c></param>
    /// <param name="topic">The push topic.</param>
    /// <param name="settings">More settings.</param>
    public static async Task<CometProgram> StartAsync(Uri api, string brokers, string topic, params string[] settings)
    {
        var app = CometApp.Build(
        [
            "--urls=http://127.0.0.1:0", "--Logging:LogLevel:Default=Error", "--Comet:DrainTime=00:00:00", "--Comet:TcpPort=0",
            $"--Comet:Api={api}", $"--KafkaBrokers={brokers}", $"--KafkaTopic={topic}",
            .. settings,
        ]);
        await CometApp.StartAsync(app);
        return new CometProgram(app);
    }

    /// <summary>Waits until <c>/monitor/ping</c> answers this.</summary>
    public Task UntilPingAsync(string expected) => Eventually.UntilAsync(async () =>
    {
        using var ping = await Http.GetAsync("/monitor/ping");
        var said = await ping.Content.ReadAsStringAsync();
        Assert.Equal(said == "ok" ? 200 : 503, (int)ping.StatusCode);
        return said == expected;
    });

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
    }
}
