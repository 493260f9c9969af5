using Goim.Comet.Counters;
using Goim.Comet.Delivery;
using Goim.Comet.Settings;
using Goim.Comet.Topic;
using Goim.Kafka;
using Goim.Protocol;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Goim.Functions.Tests.Hosting;

/// <summary>A comet's reader of the topic with its lanes, without clients and without a facade. Its server id is 3.</summary>
internal sealed class TestTopicReader : IAsyncDisposable
{
    public const int ServerId = 3;
    private readonly ServiceProvider services;

    private TestTopicReader(ServiceProvider services, LogLines log)
    {
        this.services = services;
        Log = log;
    }

    public LogLines Log { get; }

    public CometCounters Counters => services.GetRequiredService<CometCounters>();

    public Lanes Lanes => services.GetRequiredService<Lanes>();

    public bool IsReady => services.GetRequiredService<TopicReader>().IsReady;

    /// <summary>Starts to read, and does not wait for the broker.</summary>
    public static Task<TestTopicReader> BeginAsync(string brokers, string topic, params (string Name, string Value)[] settings) =>
        BeginAsync(brokers, topic, static _ => { }, settings);

    /// <param name="brokers"><c>host:port</c></param>
    /// <param name="topic">The push topic.</param>
    /// <param name="configure">Runs last, before the services are built.</param>
    /// <param name="settings">More settings.</param>
    public static async Task<TestTopicReader> BeginAsync(
        string brokers, string topic, Action<IServiceCollection> configure, params (string Name, string Value)[] settings)
    {
        var all = new Dictionary<string, string?>
        {
            ["KafkaBrokers"] = brokers,
            ["KafkaTopic"] = topic,
            ["Comet:Api"] = "http://127.0.0.1:1",
            ["Comet:MergeWindow"] = "00:00:00",
            ["Comet:QueueMessages"] = "1000000",
        };
        foreach (var (name, value) in settings)
        {
            all[name] = value;
        }

        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(all).Build());
        services.AddKafka(static kafka => []).AddCometSettings();
        services.AddCounters().AddSingleton<ConnectTickets>().AddSingleton<Lanes>();
        services.AddTopic(static _ => ServerId);
        var log = new LogLines();
        services.AddLogging(logging => logging.AddProvider(log));
        configure(services);
        var reader = new TestTopicReader(services.BuildServiceProvider(), log);
        foreach (var hosted in reader.services.GetServices<IHostedService>())
        {
            await hosted.StartAsync(CancellationToken.None);
        }

        return reader;
    }

    /// <summary>Starts to read. From then on nothing is missed.</summary>
    public static async Task<TestTopicReader> StartAsync(string brokers, string topic, params (string Name, string Value)[] settings)
    {
        var reader = await BeginAsync(brokers, topic, settings);
        await Eventually.UntilAsync(() => reader.IsReady);
        return reader;
    }

    /// <summary>A connection in a room.</summary>
    public Task<CollectedClient> ConnectAsync(SubKey key, int room) => CollectedClient.AddAsync(Lanes, Counters, key, room);

    public async ValueTask DisposeAsync()
    {
        foreach (var hosted in services.GetServices<IHostedService>())
        {
            await hosted.StopAsync(CancellationToken.None);
        }

        await services.DisposeAsync();
    }
}
