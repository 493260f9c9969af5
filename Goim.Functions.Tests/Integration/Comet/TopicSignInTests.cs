using Azure.Core;
using Goim.Functions.Tests.Hosting;
using Goim.Kafka;
using Goim.LocalHost.Broker;
using Goim.Protocol;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Goim.Functions.Tests.Integration.Comet;

/// <summary>A comet's reader of the topic over TLS, with a password and with an identity's token.</summary>
public sealed class TopicSignInTests : IDisposable
{
    private const string Topic = "pushes";
    private readonly EmbeddedBroker broker = new(Topic);
    private readonly TopicProducer producer;

    public TopicSignInTests() => producer = new TopicProducer(broker.Brokers, Topic);

    public void Dispose()
    {
        producer.Dispose();
        broker.Dispose();
    }

    [Fact]
    public async Task It_signs_in_with_a_password()
    {
        await producer.WriteToAllAsync("before, so that the producer is connected without TLS");
        using var tls = new TlsBroker(broker, "\0$ConnectionString\0Endpoint=sb://h/;SharedAccessKey=s3cret=");

        await ReadsAsync(
            tls,
            static _ => { },
            ("KafkaAuthentication", "Plain"),
            ("KafkaUsername", "$ConnectionString"),
            ("KafkaPassword", "Endpoint=sb://h/;SharedAccessKey=s3cret="));
    }

    [Fact]
    public async Task It_signs_in_with_an_identitys_token()
    {
        await producer.WriteToAllAsync("before, so that the producer is connected without TLS");
        using var tls = new TlsBroker(broker, "auth=Bearer token-1");

        await ReadsAsync(
            tls,
            static services => services.AddSingleton(static provider => new KafkaToken(
                provider.GetRequiredService<IOptions<KafkaOptions>>().Value, static () => new Token(), NullLogger.Instance)),
            ("KafkaAuthentication", "OAuthBearer"));
    }

    private async Task ReadsAsync(
        TlsBroker tls, Action<IServiceCollection> configure, params (string Name, string Value)[] settings)
    {
        await using var reader = await TestTopicReader.BeginAsync(
            tls.Brokers, Topic, configure, [("KafkaProtocol", "SaslSsl"), ("KafkaCaFile", tls.CaFile), .. settings]);
        await Eventually.UntilAsync(() => reader.IsReady);
        var client = await reader.ConnectAsync(new SubKey(42, 1), 1);

        await producer.WriteToAllAsync("after");

        await Eventually.UntilAsync(() => client.Messages.Count >= 1);
        Assert.Equal(["after"], client.Messages);
    }

    private sealed class Token : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            new("token-1", DateTimeOffset.UtcNow.AddHours(1));

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            new(GetToken(requestContext, cancellationToken));
    }
}
