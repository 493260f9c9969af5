namespace Goim.Functions.Tests.Infra;

/// <summary>Parameters with which the app would not start are refused before any resource is created.</summary>
[Collection(nameof(BuiltInfra))]
public sealed class ParameterTests(BuiltInfra infra)
{
    private const string Kafka = "param kafkaBrokers = 'one.example.com:9093'\n";
    private const string OpenKafka = Kafka + "param kafkaProtocol = 'Plaintext'\nparam kafkaAuthentication = 'None'\n";

    [BicepTheory]
    [InlineData(
        "param connectTokens = 'UserId'\nparam connectJwtAuthority = 'https://login.example'\nparam connectJwtAudience = 'goim'",
        "connectJwtAuthority is https://login.example with connectTokens UserId: expected none, because only a Jwt has one; "
            + "connectJwtAudience is goim with connectTokens UserId: expected none, because only a Jwt has one")]
    [InlineData(
        "param connectTokens = 'UserId'\nparam connectJwtIssuer = 'https://issuer.example'",
        "connectJwtIssuer is https://issuer.example with connectTokens UserId: expected none, because only a Jwt has one")]
    [InlineData(
        "param connectJwtAuthority = 'http://login.example'\nparam connectJwtAudience = 'goim'",
        "connectJwtAuthority is http://login.example: expected https://…")]
    [InlineData(
        "param connectJwtAuthority = 'https://login.example'",
        "connectJwtAudience is missing with connectJwtAuthority https://login.example: "
            + "expected the audience of this app, because the authority signs tokens for others too")]
    [InlineData(
        "param accessAuthority = 'http://login.example'",
        "accessAudience is missing with accessAuthority http://login.example: "
            + "expected the audience of this app, because the authority signs tokens for others too; "
            + "accessAuthority is http://login.example: expected https://…")]
    [InlineData(
        "param accessAudience = 'api://goim'",
        "accessAudience is api://goim: expected the client id of the app registration, which is the audience of its tokens")]
    [InlineData(
        "param kafkaTopic = 'pushes'\nparam kafkaEventsTopic = 'pushes'",
        "kafkaEventsTopic is pushes, the topic of pushes: expected another one")]
    [InlineData(
        Kafka + "param kafkaProtocol = 'Plaintext'",
        "kafkaAuthentication is Plain with kafkaProtocol Plaintext: expected None")]
    [InlineData(
        Kafka + "param kafkaProtocol = 'Ssl'",
        "kafkaAuthentication is Plain with kafkaProtocol Ssl: expected None")]
    [InlineData(
        Kafka + "param kafkaAuthentication = 'None'",
        "kafkaAuthentication is None with kafkaProtocol SaslSsl: expected Plain, ScramSha256, ScramSha512 or OAuthBearer")]
    [InlineData(
        Kafka + "param kafkaAuthentication = 'OAuthBearer'",
        "pushAck is queue with kafkaAuthentication OAuthBearer: expected broker")]
    [InlineData(
        Kafka + "param kafkaUsername = 'goim'",
        "kafkaPassword is missing with kafkaAuthentication Plain: expected the user's")]
    [InlineData(
        Kafka + "param kafkaProtocol = 'SaslPlaintext'\nparam kafkaAuthentication = 'ScramSha256'",
        "kafkaUsername is missing with kafkaAuthentication ScramSha256: expected a user of the broker; "
            + "kafkaPassword is missing with kafkaAuthentication ScramSha256: expected the user's")]
    [InlineData(
        "param routerMinReplicas = 12",
        "routerMinReplicas is 12: expected routerMaxReplicas, 10, at most")]
    [InlineData(
        "param functionsAlwaysReady = 3\nparam functionsMaximumInstances = 2",
        "functionsAlwaysReady is 3: expected functionsMaximumInstances, 2, at most")]
    [InlineData(
        "param cometMinReplicas = 12",
        "cometMinReplicas is 12: expected cometMaxReplicas, 10, at most")]
    [InlineData(
        "param cometTcpPort = 443",
        "cometTcpPort is 443: expected another port than 80 and 443, which the ingress has for HTTP")]
    [InlineData(
        OpenKafka + "param kafkaCaFile = '/home/site/wwwroot/ca.pem'",
        "cometKafkaCaFile is missing with kafkaCaFile /home/site/wwwroot/ca.pem: "
            + "expected the file in the comet's image, for example /app/kafka-ca.pem")]
    [InlineData(
        "param pushRecordsPerSecond = 4001\nparam cometMaxReplicas = 2",
        "pushRecordsPerSecond is 4001: expected 4000 at most, which the 4 throughput units of eventHubsMaximumThroughputUnits take")]
    [InlineData(
        "param pushKilobytesPerSecond = 4001\nparam pushRecordsPerSecond = 1\nparam cometMaxReplicas = 2",
        "pushKilobytesPerSecond is 4001: expected 4000 at most, which the 4 throughput units of eventHubsMaximumThroughputUnits take; "
            + "cometMaxReplicas is 2 with pushKilobytesPerSecond 4001: expected 0 at most, because the 4 throughput units of "
            + "eventHubsMaximumThroughputUnits deliver 8000 kB/s to all of them together, and an upgrade has twice as many")]
    [InlineData(
        "param cometMaxReplicas = 17",
        "cometMaxReplicas is 17 with pushRecordsPerSecond 500: expected 16 at most, because the 4 throughput units of "
            + "eventHubsMaximumThroughputUnits deliver 16384 records/s to all of them together, and an upgrade has twice as many; "
            + "cometMaxReplicas is 17 with pushKilobytesPerSecond 250: expected 16 at most, because the 4 throughput units of "
            + "eventHubsMaximumThroughputUnits deliver 8000 kB/s to all of them together, and an upgrade has twice as many")]
    [InlineData(
        "param cometCpu = '1.1'\nparam cometMemory = '2.2Gi'",
        "cometCpu is 1.1 with cometMemory 2.2Gi: expected 0.25 to 4.0 in steps of 0.25, and twice as many Gi")]
    [InlineData(
        "param cometMemory = '4Gi'",
        "cometCpu is 1.0 with cometMemory 4Gi: expected 0.25 to 4.0 in steps of 0.25, and twice as many Gi")]
    [InlineData(
        "param cometMemory = '2048Mi'",
        "cometCpu is 1.0 with cometMemory 2048Mi: expected 0.25 to 4.0 in steps of 0.25, and twice as many Gi")]
    [InlineData(
        "param cometCpu = '4.25'\nparam cometMemory = '8.5Gi'",
        "cometCpu is 4.25 with cometMemory 8.5Gi: expected 0.25 to 4.0 in steps of 0.25, and twice as many Gi")]
    [InlineData(
        "param cometConnectionsPerReplica = 138811",
        "cometConnectionsPerReplica is 138811 with cometMemory 2Gi: expected 138810 at most, "
            + "because a comet takes twice as many, of 7.4 kB each")]
    [InlineData(
        "param networkPrefix = '10.70.0.0/23'",
        "networkPrefix is 10.70.0.0/23: expected a /22 or larger")]
    public async Task A_choice_with_which_nothing_would_run_is_refused_by_name(string parameters, string refusal) =>
        Assert.Contains($" is not valid: {refusal}. Please see ", await infra.Bicep.RefusalAsync(parameters), StringComparison.Ordinal);

    [BicepTheory]
    [InlineData(
        "param routerMinReplicas = 10\nparam functionsAlwaysReady = 2\nparam functionsMaximumInstances = 2\n"
            + "param networkPrefix = '10.70.0.0/20'")]
    [InlineData("param connectTokens = 'UserId'")]
    [InlineData("param connectJwtIssuer = 'https://issuer.example'\nparam connectJwtAudience = 'goim'")]
    [InlineData("param accessAuthority = 'https://sts.windows.net/tenant/'\nparam accessAudience = 'api://goim'")]
    [InlineData("param kafkaProtocol = 'Plaintext'\nparam kafkaAuthentication = 'OAuthBearer'")]
    [InlineData("param cometMinReplicas = 16\nparam cometMaxReplicas = 16\nparam kafkaCaFile = '/home/site/wwwroot/ca.pem'")]
    [InlineData("param eventHubsThroughputUnits = 40\nparam cometMaxReplicas = 4\nparam pushRecordsPerSecond = 20000")]
    [InlineData("param cometConnectionsPerReplica = 138810")]
    [InlineData("param cometCpu = '0.25'\nparam cometMemory = '0.5Gi'\nparam cometConnectionsPerReplica = 29000")]
    [InlineData("param cometCpu = '4'\nparam cometMemory = '8.0Gi'\nparam cometConnectionsPerReplica = 250000")]
    [InlineData(OpenKafka + "param cometMaxReplicas = 1000\nparam pushRecordsPerSecond = 90000")]
    [InlineData(Kafka + "param kafkaAuthentication = 'OAuthBearer'\nparam pushAck = 'broker'")]
    public async Task What_is_just_allowed_or_not_used_with_Event_Hubs_is_no_problem(string parameters) =>
        Assert.Empty(await infra.Bicep.RefusalAsync(parameters));
}
