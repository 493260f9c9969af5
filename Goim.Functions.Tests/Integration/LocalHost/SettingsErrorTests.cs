using Goim.Functions.Tests.Hosting;
using Goim.Kafka;
using Goim.LocalHost;
using Goim.Logic.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Goim.Functions.Tests.Integration.LocalHost;

public sealed class SettingsErrorTests
{
    private const string NoConnectionString =
        "APPLICATIONINSIGHTS_CONNECTION_STRING is no connection string: "
        + "expected InstrumentationKey={id};IngestionEndpoint=https://…, each name once.";

    private const string NoToken =
        "Router__Token is no token: expected 16 to 256 printable ASCII characters without blanks and commas.";

    private const string NoSasl =
        "KafkaAuthentication, KafkaUsername or KafkaPassword is set with KafkaProtocol Plaintext: "
        + "expected SaslPlaintext or SaslSsl.";

    private const string Key = "InstrumentationKey=00000000-0000-0000-0000-000000000001";

    [Theory]
    [InlineData("KafkaTopic=a b", "KafkaTopic is 'a b': expected 1 to 249 of A-Z a-z 0-9 . _ -.")]
    [InlineData("KafkaEventsTopic=KafkaPushsTopic", "KafkaEventsTopic is 'KafkaPushsTopic', the topic of pushes: expected another one.")]
    [InlineData("KafkaMaxRecordBytes=999", "KafkaMaxRecordBytes is 999: expected 1000 to 20000000.")]
    [InlineData("KafkaMaxRecordBytes=20000001", "KafkaMaxRecordBytes is 20000001: expected 1000 to 20000000.")]
    [InlineData("KafkaCaFile=/nowhere", "KafkaCaFile is '/nowhere', which does not exist: expected a PEM file of certificates.")]
    [InlineData("Push:MaxUsers=0", "Push__MaxUsers is 0: expected 1 to 10000000.")]
    [InlineData("Push:MaxRequestBytes=1", "Push__MaxRequestBytes is 1: expected 1000 to 100000000.")]
    [InlineData("FUNCTIONS_REQUEST_BODY_SIZE_LIMIT=8M", "FUNCTIONS_REQUEST_BODY_SIZE_LIMIT is '8M': expected a number of bytes.")]
    [InlineData(
        "Push:MaxRequestBytes=8600001",
        "Push__MaxRequestBytes is 8600001: expected 8600000 at most, since the Functions host refuses a larger body "
        + "(FUNCTIONS_REQUEST_BODY_SIZE_LIMIT).")]
    [InlineData("Router:CaFile=/nowhere", "Router__CaFile is '/nowhere', which does not exist: expected a PEM file of certificates.")]
    [InlineData("Router:Token=too-short,one", NoToken, "Router:Nodes:a=http://h:1")]
    [InlineData("Router:Token=token-ofthe-tést", NoToken, "Router:Nodes:a=http://h:1")]
    [InlineData("Router:KeyFile=/nowhere", "Router__KeyFile is set and Router__CertificateFile is not: expected both.")]
    [InlineData(
        "Router:CertificateFile=/nowhere",
        "Router__CertificateFile is '/nowhere', which does not exist: expected a PEM file of a certificate.")]
    [InlineData(
        "AzureWebJobsStorage:accountName=a b/c",
        "AzureWebJobsStorage__accountName is 'a b/c': expected 3 to 24 letters and digits.")]
    [InlineData("Router:CallTimeout=00:01:00", "Router__CallTimeout is 00:01:00: expected 00:00:00.010 to 00:00:30.")]
    [InlineData("Router:BatchSize=10001", "Router__BatchSize is 10001: expected 1 to 10000.")]
    [InlineData("Router:BatchSize=0", "Router__BatchSize is 0: expected 1 to 10000.")]
    [InlineData(
        "Router:Nodes=http://h:1",
        "Router__Nodes is empty: expected Router__Nodes__{name} with the gRPC address of each router node.")]
    [InlineData("KafkaProtocol=9", "KafkaProtocol is '9': expected Plaintext, Ssl, SaslPlaintext, SaslSsl.")]
    [InlineData("KafkaAuthentication=5", "KafkaAuthentication is '5': expected Plain, ScramSha256, ScramSha512, OAuthBearer.")]
    [InlineData("KafkaUsername=u", NoSasl)]
    [InlineData("KafkaAuthentication=Plain", NoSasl)]
    [InlineData(
        "KafkaAuthentication=Gssapi",
        "KafkaAuthentication is Gssapi: expected Plain, ScramSha256, ScramSha512 or OAuthBearer.; " + NoSasl)]
    [InlineData("KafkaPartitioner=random", "KafkaPartitioner is 'random': expected consistent_random, fnv1a_random or murmur2_random.")]
    [InlineData("KafkaCompression=brotli", "KafkaCompression is 'brotli': expected none, gzip, snappy, lz4 or zstd.")]
    [InlineData("KafkaDeliveryTimeout=00:01:00", "KafkaDeliveryTimeout is 00:01:00: expected 00:00:00.100 to 00:00:45.")]
    [InlineData("KafkaQueueMessages=0", "KafkaQueueMessages is 0: expected 1 to 10000000.")]
    [InlineData("Journal:Replay=host", "Journal__Replay is 'host': expected worker, trigger.")]
    [InlineData("Journal:Replay=1", "Journal__Replay is '1': expected worker, trigger.")]
    [InlineData("Journal:Replay=Worker,Trigger", "Journal__Replay is 'Worker,Trigger': expected worker, trigger.")]
    [InlineData("RouterNode:Store=1", "RouterNode__Store is '1': expected memory, redis.")]
    [InlineData("Journal:Replay=trigger", "Journal__Replay is trigger: expected worker, since LocalHost has no queue triggers.")]
    [InlineData("Push:Ack=7", "Push__Ack is '7': expected queue, broker.")]
    [InlineData("Push:MaxConcurrent=0", "Push__MaxConcurrent is 0: expected 1 to 100000.")]
    [InlineData("Facade:MaxConcurrent=0", "Facade__MaxConcurrent is 0: expected 1 to 100000.")]
    [InlineData("Facade:MaxConcurrent=100001", "Facade__MaxConcurrent is 100001: expected 1 to 100000.")]
    [InlineData("KafkaTopic=..", "KafkaTopic is '..': expected 1 to 249 of A-Z a-z 0-9 . _ -.")]
    [InlineData("RouterNode:Buckets=0", "RouterNode__Buckets is 0: expected 1 to 65536.")]
    [InlineData("RouterNode:SessionExpiry=00:00:00", "RouterNode__SessionExpiry is 00:00:00: expected 00:00:01 to 30.00:00:00.")]
    [InlineData("APPLICATIONINSIGHTS_CONNECTION_STRING=IngestionEndpoint=https://h", NoConnectionString)]
    [InlineData(
        "APPLICATIONINSIGHTS_AUTHENTICATION_STRING=ClientId=1",
        "APPLICATIONINSIGHTS_AUTHENTICATION_STRING is 'ClientId=1': expected Authorization=AAD, "
            + "with ClientId={id}; before it for a user-assigned identity.")]
    [InlineData("APPLICATIONINSIGHTS_CONNECTION_STRING=" + Key + ";IngestionEndpoint=nonsense", NoConnectionString)]
    [InlineData("APPLICATIONINSIGHTS_CONNECTION_STRING=" + Key + ";foo", NoConnectionString)]
    [InlineData(
        "APPLICATIONINSIGHTS_CONNECTION_STRING=" + Key + ";instrumentationkey=00000000-0000-0000-0000-000000000001",
        NoConnectionString)]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL=bogus", "OTEL_EXPORTER_OTLP_PROTOCOL is 'bogus': expected grpc or http/protobuf.")]
    [InlineData(
        "OTEL_EXPORTER_OTLP_HEADERS=bad",
        "OTEL_EXPORTER_OTLP_HEADERS is no list of headers: expected name=value, several separated by commas.")]
    [InlineData(
        "OTEL_EXPORTER_OTLP_ENDPOINT=collector:4317",
        "OTEL_EXPORTER_OTLP_ENDPOINT is 'collector:4317': expected http://host:port or https://host:port.")]
    [InlineData("OTEL_EXPORTER_PROMETHEUS_PORT=0", "OTEL_EXPORTER_PROMETHEUS_PORT is '0': expected 1 to 65535.")]
    [InlineData("OTEL_EXPORTER_PROMETHEUS_PORT=65536", "OTEL_EXPORTER_PROMETHEUS_PORT is '65536': expected 1 to 65535.")]
    [InlineData("OTEL_EXPORTER_PROMETHEUS_PORT=:9464", "OTEL_EXPORTER_PROMETHEUS_PORT is ':9464': expected 1 to 65535.")]
    [InlineData("OTEL_EXPORTER_PROMETHEUS_HOST=1", "OTEL_EXPORTER_PROMETHEUS_HOST is '1': expected localhost, an IP address or *.")]
    [InlineData(
        "OTEL_EXPORTER_PROMETHEUS_HOST=[::1]:9",
        "OTEL_EXPORTER_PROMETHEUS_HOST is '[::1]:9': expected localhost, an IP address or *.")]
    [InlineData(
        "OTEL_EXPORTER_PROMETHEUS_HOST=a.test",
        "OTEL_EXPORTER_PROMETHEUS_HOST is 'a.test': expected localhost, an IP address or *.")]
    [InlineData("LocalHost:RequireKeys=true", "LocalHost__RequireKeys is true and there is no key: expected LocalHost__Keys__{name}.")]
    [InlineData(
        "LocalHost:AllowedHosts=goim.test,http://a",
        "LocalHost__AllowedHosts holds 'http://a': expected names or addresses without a port, separated by commas, or *.")]
    [InlineData(
        "LocalHost:AllowedOrigins=http://a/b",
        "LocalHost__AllowedOrigins holds 'http://a/b': expected http://host:port or https://host:port, several separated by commas.")]
    public async Task A_bad_setting_ends_the_start_with_a_sentence_that_names_it(
        string setting, string expected, params string[] others)
    {
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(
            () => LocalHostApp.StartAsync(
                ["--urls=http://127.0.0.1:0", $"--{setting}", .. others.Select(other => $"--{other}")]));

        Assert.Equal(expected, refused.Message);
    }

    [Fact]
    public async Task A_password_is_asked_for_and_never_told()
    {
        string[] settings = ["--KafkaBrokers=h:1", "--KafkaProtocol=SaslSsl", "--KafkaPassword=s3cret"];
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => LocalHostApp.StartAsync(settings));

        Assert.Equal(
            "KafkaAuthentication is missing with KafkaProtocol SaslSsl: expected Plain, ScramSha256, ScramSha512 or OAuthBearer.; "
                + "KafkaUsername is missing with KafkaProtocol SaslSsl.",
            refused.Message);
    }

    [Fact]
    public async Task An_identity_has_no_password_and_the_output_binding_no_token()
    {
        string[] settings = ["--KafkaBrokers=h:1", "--KafkaProtocol=SaslSsl", "--KafkaAuthentication=OAuthBearer"];
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(
            () => LocalHostApp.StartAsync([.. settings, "--Push:Ack=broker", "--KafkaPassword=s3cret"]));
        Assert.Equal(
            "KafkaPassword is set with KafkaAuthentication OAuthBearer: expected none, the identity's token is used.",
            refused.Message);

        refused = await Assert.ThrowsAsync<OptionsValidationException>(() => LocalHostApp.StartAsync(settings));
        Assert.Equal(
            "Push__Ack is queue: expected broker with KafkaAuthentication OAuthBearer, since the output binding has no token for Kafka.",
            refused.Message);
    }

    // local.settings.sample.json lists such settings with an empty value.
    [Fact]
    public async Task A_setting_that_is_empty_is_not_set()
    {
        await using var host = await LocalHostApp.StartAsync(
        [
            "--urls=http://127.0.0.1:0", "--KafkaUsername=", "--KafkaPassword=", "--KafkaCaFile=",
            "--Router:CaFile=", "--Router:CertificateFile=", "--Router:KeyFile=", "--Router:Token=", "--Router:PreviousNodes:1=",
            "--RouterNode:Token=", "--Access:Callers:1:Key=", "--Access:Callers:1:Scopes=", "--Access:Authority=", "--Access:Audience=",
            "--Connect:Tokens=", "--Connect:Jwt:Authority=", "--Connect:Jwt:Keys:1=", "--Connect:Jwt:Issuer=", "--Connect:Jwt:Audience=",
            "--Connect:Jwt:UserClaim=",
            "--OTEL_EXPORTER_PROMETHEUS_PORT=", "--OTEL_EXPORTER_PROMETHEUS_HOST=",
            "--RouterNode:Redis=", "--RouterNode:RedisIdentity=", "--RouterNode:RedisCaFile=",
        ]);

        using var http = new HttpClient();
        await Eventually.UntilAsync(async () => (await http.GetAsync($"{host.Url}/monitor/ping")).IsSuccessStatusCode);
        var kafka = host.Services.GetRequiredService<IOptions<KafkaOptions>>().Value;
        Assert.Equal((null, null, null), (kafka.Username, kafka.Password, kafka.CaFile));
        Assert.False(host.Services.GetRequiredService<RouterClient>().IsChanging);
    }
}
