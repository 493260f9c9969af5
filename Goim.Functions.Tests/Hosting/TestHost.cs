using System.Net;
using System.Text.Json;
using Confluent.Kafka;
using Goim.Functions.Tests.Hosting.OpenApi;
using Goim.LocalHost;
using Goim.LocalHost.Broker;
using Goim.LocalHost.Outputs;
using Goim.Logic.Sessions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Goim.Functions.Tests.Hosting;

/// <summary>The functions on a real port, over real router nodes and topics of their own on a real broker.</summary>
internal sealed class TestHost : IAsyncDisposable
{
    private static readonly Lazy<EmbeddedBroker> SharedBroker = new(static () => new EmbeddedBroker());
    private readonly LocalHostApp app;
    private readonly string brokers;
    private readonly string topic;
    private readonly Dictionary<string, IReadOnlyDictionary<TopicPartition, long>> starts = [];
    private readonly ApiCheck check;
    private RecordReader? reader;

    private TestHost(LocalHostApp app, string brokers, string topic, IReadOnlyDictionary<string, TestNode> nodes)
    {
        this.app = app;
        this.brokers = brokers;
        this.topic = topic;
        Nodes = nodes;
        check = ApiCheck.Of(new Uri(app.Url));
        Http = new HttpClient(new ApiCheckHandler(check)) { BaseAddress = new Uri(app.Url), Timeout = TimeSpan.FromMinutes(5) };
    }

    public static string Brokers => SharedBroker.Value.Brokers;

    /// <summary>Its answers are checked against docs/openapi.yaml.</summary>
    public HttpClient Http { get; }

    public IReadOnlyDictionary<string, TestNode> Nodes { get; }

    /// <summary>The topic of pushes.</summary>
    public string Topic => topic;

    public LocalHostApp App => app;

    public static Task<TestHost> StartAsync(params string[] settings) => StartAsync(["1"], settings);

    /// <summary>Over a broker of the test's own.</summary>
    public static Task<TestHost> StartAsync(EmbeddedBroker broker, params string[] settings) =>
        StartAsync(TestBroker.On(broker), ["1"], settings);

    /// <summary>Over any broker, with topics of the host's own.</summary>
    public static Task<TestHost> StartAsync(TestBroker broker, string[] nodes, params string[] settings) =>
        StartAsync(broker, nodes, static _ => { }, settings);

    /// <summary>Over any broker, with topics of the host's own.</summary>
    public static async Task<TestHost> StartAsync(
        TestBroker broker, string[] nodes, Action<WebApplicationBuilder> configure, params string[] settings)
    {
        var topic = NewName();
        await broker.CreateTopicAsync(topic);
        await broker.CreateTopicAsync($"{topic}-events");
        return await StartAsync(broker.Brokers, topic, nodes, settings, [], configure);
    }

    /// <summary>Over the tests' shared broker; over <paramref name="brokers"/>, where no topic is made, if they are given.</summary>
    public static async Task<TestHost> StartAsync(
        string[] nodes,
        string[] settings,
        string? brokers = null,
        string[]? nodeSettings = null,
        Action<WebApplicationBuilder>? configure = null)
    {
        var topic = brokers is null ? NewTopic() : NewName();
        return await StartAsync(brokers ?? Brokers, topic, nodes, settings, nodeSettings ?? [], configure);
    }

    /// <summary>A topic on the tests' shared broker, and one for events beside it.</summary>
    public static string NewTopic()
    {
        var topic = NewName();
        SharedBroker.Value.CreateTopic(topic);
        SharedBroker.Value.CreateTopic($"{topic}-events");
        return topic;
    }

    private static string NewName() => $"pushes-{Guid.NewGuid():N}";

    private static async Task<TestHost> StartAsync(
        string brokers,
        string topic,
        string[] nodes,
        string[] settings,
        string[] nodeSettings,
        Action<WebApplicationBuilder>? configure)
    {
        var started = new Dictionary<string, TestNode>();
        foreach (var name in nodes)
        {
            started.Add(name, await TestNode.StartAsync(null, nodeSettings));
        }

        string[] all =
        [
            // The longest timeouts allowed, so that no call of a healthy host fails on a busy machine.
            "--urls=http://127.0.0.1:0", "--Logging:LogLevel:Default=Error", "--Comet:Embedded=false",
            "--Router:CallTimeout=00:00:30", "--KafkaDeliveryTimeout=00:00:45",
            $"--KafkaBrokers={brokers}", $"--KafkaTopic={topic}", $"--KafkaEventsTopic={topic}-events",
            .. started.Select(node => $"--Router:Nodes:{node.Key}={node.Value.Address}"),
            .. settings,
        ];
        var app = await LocalHostApp.StartAsync(all, configure);
        return new TestHost(app, brokers, topic, started);
    }

    /// <summary>From now on <see cref="Records"/> and <see cref="Events"/> leave out what is on the topics now.</summary>
    public void LeaveOutWhatIsThere()
    {
        foreach (var name in new[] { topic, $"{topic}-events" })
        {
            starts[name] = Delivered().Ends(name);
        }
    }

    /// <summary>Everything on the push topic once nothing is queued any more.</summary>
    public IReadOnlyList<ReadRecord> Records() => Read(topic);

    /// <summary>Everything on the topic of events once nothing is queued any more.</summary>
    public IReadOnlyList<ReadRecord> Events() => Read($"{topic}-events");

    /// <summary>Counts what comes to the topic of pushes from now on.</summary>
    public TopicWatch Watch() => new(brokers, topic);

    public Task<JsonElement> PostAsync(string url, string body) => PostAsync(url, System.Text.Encoding.UTF8.GetBytes(body));

    /// <summary>Posts the body. Returns the answer, which must be JSON with status 200.</summary>
    public async Task<JsonElement> PostAsync(string url, byte[] body)
    {
        using var response = await Http.PostAsync(url, new ByteArrayContent(body));
        return await response.ReadAnswerAsync();
    }

    public async Task<JsonElement> GetAsync(string url)
    {
        using var response = await Http.GetAsync(url);
        return await response.ReadAnswerAsync();
    }

    /// <summary>The answer of <c>allroomcount</c> or <c>allservercount</c>, counted now: the host drops its cached counts first.</summary>
    public Task<JsonElement> CountNowAsync(string route)
    {
        app.Services.GetRequiredService<SessionCounts>().Forget();
        return GetAsync($"/1/router/{route}");
    }

    /// <summary>The data of <c>/monitor/stat</c>.</summary>
    public async Task<JsonElement> StatAsync() => (await GetAsync("/monitor/stat")).GetProperty("data");

    /// <summary>Posts byte for byte, with headers of the test's own.</summary>
    public Task<RawAnswer> PostRawAsync(string url, byte[] body, params string[] headers) =>
        RawHttp.SendAsync(Http.BaseAddress!, "POST", url, body, headers);

    /// <summary>Waits until <c>/monitor/ping</c> answers <c>ok</c>.</summary>
    public Task UntilWellAsync() => UntilPingAsync("ok");

    /// <summary>Waits until <c>/monitor/ping</c> answers <paramref name="expected"/>: a probe may exceed its limit of a second.</summary>
    public Task UntilPingAsync(string expected) => Eventually.UntilAsync(async () =>
    {
        using var ping = await Http.GetAsync("/monitor/ping");
        var said = await ping.Content.ReadAsStringAsync();
        Assert.Equal(said == "ok" ? HttpStatusCode.OK : HttpStatusCode.ServiceUnavailable, ping.StatusCode);
        return said == expected;
    });

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        reader?.Dispose();
        await app.DisposeAsync();
        foreach (var node in Nodes.Values)
        {
            await node.DisposeAsync();
        }

        check.End();
    }

    private IReadOnlyList<ReadRecord> Read(string from) =>
        Delivered().Read(from, starts.GetValueOrDefault(from) ?? new Dictionary<TopicPartition, long>());

    private RecordReader Delivered()
    {
        Assert.Equal(0, app.Services.GetRequiredService<KafkaProducers>().Flush(Eventually.Limit));
        return reader ??= new RecordReader(brokers);
    }
}
