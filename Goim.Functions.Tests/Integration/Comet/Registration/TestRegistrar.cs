using Goim.Comet.Counters;
using Goim.Comet.Delivery;
using Goim.Comet.Registration;
using Goim.Comet.Settings;
using Goim.Comet.Wire;
using Goim.Functions.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Goim.Functions.Tests.Integration.Comet.Registration;

/// <summary>The registration and the lanes of a comet, without sockets of clients.</summary>
internal sealed class TestRegistrar : IAsyncDisposable
{
    private readonly IHost host;

    private TestRegistrar(IHost host, LogLines logs)
    {
        this.host = host;
        Logs = logs;
        Registrar = host.Services.GetRequiredService<Registrar>();
        Lanes = host.Services.GetRequiredService<Lanes>();
        Counters = host.Services.GetRequiredService<CometCounters>();
    }

    public IServiceProvider Services => host.Services;

    public Registrar Registrar { get; }

    public Lanes Lanes { get; }

    public CometCounters Counters { get; }

    public LogLines Logs { get; }

    /// <summary>Starts it, and waits until it takes clients.</summary>
    public static async Task<TestRegistrar> StartReadyAsync(CometOptions options)
    {
        var comet = await StartAsync(options);
        await Eventually.UntilAsync(() => comet.Registrar.IsReady);
        return comet;
    }

    public static Task<TestRegistrar> StartReadyAsync(Uri api) =>
        StartReadyAsync(new CometOptions { Api = api, DrainTime = TimeSpan.Zero });

    /// <param name="options">The settings.</param>
    /// <param name="configure">Runs last, before the comet is built.</param>
    public static async Task<TestRegistrar> StartAsync(CometOptions options, Action<IServiceCollection>? configure = null)
    {
        var logs = new LogLines();
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.AddProvider(logs);
        builder.Services.AddSingleton(Options.Create(options));
        builder.Services.AddSingleton<ConnectTickets>().AddCounters().AddSingleton<Lanes>().AddRegistration();
        configure?.Invoke(builder.Services);
        var host = builder.Build();
        await host.StartAsync();
        return new TestRegistrar(host, logs);
    }

    /// <summary>A client that has sent nothing yet.</summary>
    public TestClient NewClient() => new(this);

    /// <summary>Connects a client, which must be registered.</summary>
    public async Task<TestClient> ConnectAsync(string token)
    {
        var client = NewClient();
        Assert.Null(await client.ConnectAsync(token));
        return client;
    }

    /// <summary>Connects many clients, a thousand at once: with more, the last might wait too long on a slow machine.</summary>
    public async Task<TestClient[]> ConnectManyAsync(IEnumerable<string> tokens)
    {
        var clients = new List<TestClient>();
        foreach (var some in tokens.Chunk(1_000))
        {
            clients.AddRange(await Task.WhenAll(some.Select(ConnectAsync)));
        }

        return [.. clients];
    }

    /// <summary>A message with one byte.</summary>
    public static EncodedPacket Message(PacketKind kind)
    {
        var message = new EncodedPacket(kind, 1);
        message.Body[0] = (byte)'m';
        return message;
    }

    public Task StopAsync() => host.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        host.Dispose();
    }
}
