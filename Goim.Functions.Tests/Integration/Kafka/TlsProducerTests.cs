using Azure.Core;
using Goim.Functions.Tests.Hosting;
using Goim.Kafka;
using Goim.LocalHost.Broker;
using Goim.Logic.Delivery;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Goim.Functions.Tests.Integration.Kafka;

/// <summary>Brokers behind TLS whose authority is private, with and without SASL: our producer, LocalHost's, and the probe.</summary>
public sealed class TlsProducerTests : IDisposable
{
    private const string Short = "--KafkaDeliveryTimeout=00:00:01";
    private readonly EmbeddedBroker broker = new("pushes", "events");

    public void Dispose() => broker.Dispose();

    [Theory]
    [InlineData(null)]
    [InlineData("\0$ConnectionString\0Endpoint=sb://h/;SharedAccessKey=s3cret=")]
    public async Task Records_get_through_on_both_paths(string? token)
    {
        using (var tls = new TlsBroker(broker, token))
        {
            string[] signIn =
            [
                "--KafkaProtocol=SaslSsl",
                "--KafkaAuthentication=Plain",
                "--KafkaUsername=$ConnectionString",
                "--KafkaPassword=Endpoint=sb://h/;SharedAccessKey=s3cret=",
            ];
            await using var host = await StartAsync(tls, token is null ? [] : signIn);

            Assert.Equal(1, (await host.PostAsync("/1/push/all?ack=broker", "acknowledged")).Ret());
            (await host.PostAsync("/1/push/all", "queued")).IsOk();
            await host.UntilWellAsync();
        }

        Assert.Equal(
            ["YWNrbm93bGVkZ2Vk", "cXVldWVk"],
            RecordReader.ReadAll(broker.Brokers, "pushes").Select(record => record.Text.Split('"')[7]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_broker_of_an_unknown_authority_gets_nothing()
    {
        using (var tls = new TlsBroker(broker))
        using (var stranger = new TlsBroker(new EmbeddedBroker()))
        {
            await using var host = await StartAsync(tls, [$"--KafkaCaFile={stranger.CaFile}", Short]);

            (await host.PostAsync("/1/push/all?ack=broker", "m")).IsRefused("Kafka did not acknowledge 1 of 1 record in time");
            Assert.Equal(503, (int)(await host.Http.GetAsync("/monitor/ping")).StatusCode);
            await Eventually.UntilAsync(() => tls.Refused > 0);
        }

        Assert.Empty(RecordReader.ReadAll(broker.Brokers, "pushes"));
    }

    [Fact]
    public async Task A_wrong_password_gets_nothing_through()
    {
        using var tls = new TlsBroker(broker, "\0u\0right");
        await using var host = await StartAsync(
            tls,
            ["--KafkaProtocol=SaslSsl", "--KafkaAuthentication=Plain", "--KafkaUsername=u", "--KafkaPassword=wrong", Short]);

        (await host.PostAsync("/1/push/all?ack=broker", "m")).IsRefused("Kafka did not acknowledge 1 of 1 record in time");
        await Eventually.UntilAsync(() => tls.Refused > 0);
    }

    // Event Hubs with a managed identity: the scope of the token is the namespace, and the token is renewed before it expires.
    [Fact]
    public async Task An_identitys_token_is_sent_as_OAuth_bearer()
    {
        using (var tls = new TlsBroker(broker, "auth=Bearer token-1"))
        {
            var kafka = new KafkaOptions
            {
                Brokers = tls.Brokers,
                Topic = "pushes",
                EventsTopic = "events",
                Protocol = KafkaProtocol.SaslSsl,
                Authentication = KafkaAuthentication.OAuthBearer,
                CaFile = tls.CaFile,
            };
            var credential = new Tokens();
            var token = new KafkaToken(kafka, () => credential, NullLogger.Instance);
            using var probe = new BrokerProbe(Options.Create(kafka), token);
            using var producer = new RecordProducer(
                Options.Create(kafka),
                Options.Create(new ProducerOptions { DeliveryTimeout = TimeSpan.FromSeconds(45) }),
                token,
                new TopicPartitions(Options.Create(kafka), probe, TimeProvider.System),
                TestMetrics.New(),
                TimeProvider.System,
                NullLogger<RecordProducer>.Instance);

            var result = await producer.SendAsync([PushRecord.Broadcast("m"u8.ToArray())], null);

            Assert.Equal(DeliveryOutcome.All, result.Outcome);
            Assert.Equal("https://127.0.0.1/.default", Assert.Single(credential.Scopes.Distinct()));
            await Eventually.UntilAsync(async () => !(await probe.AskAsync("pushes", Eventually.Limit)).IsError);
        }

        Assert.Single(RecordReader.ReadAll(broker.Brokers, "pushes"));
    }

    [Fact]
    public async Task With_an_identity_the_binding_is_refused_and_events_go_through_our_producer()
    {
        await using var host = await TestHost.StartAsync(
            ["1"],
            ["--KafkaProtocol=SaslSsl", "--KafkaAuthentication=OAuthBearer", "--Push:Ack=broker", Short],
            brokers: "127.0.0.1:1");

        (await host.PostAsync("/1/push/all?ack=queue", "m")).IsRefused(
            "ack is 'queue': expected broker, since the output binding has no token for Kafka (KafkaAuthentication OAuthBearer).");
        (await host.PostAsync("/1/server/del?server=3", "")).IsOk();
    }

    private static Task<TestHost> StartAsync(TlsBroker tls, string[] settings) => TestHost.StartAsync(
        ["1"],
        ["--KafkaProtocol=Ssl", $"--KafkaCaFile={tls.CaFile}", .. settings, "--KafkaTopic=pushes", "--KafkaEventsTopic=events"],
        tls.Brokers);

    private sealed class Tokens : TokenCredential
    {
        public List<string> Scopes { get; } = [];

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            lock (Scopes)
            {
                Scopes.AddRange(requestContext.Scopes);
                return ValueTask.FromResult(new AccessToken("token-1", DateTimeOffset.UtcNow.AddHours(1)));
            }
        }
    }
}
