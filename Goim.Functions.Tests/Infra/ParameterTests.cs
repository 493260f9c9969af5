namespace Goim.Functions.Tests.Infra;

/// <summary>Parameters with which the app would not start are refused before any resource is created.</summary>
[Collection(nameof(BuiltInfra))]
public sealed class ParameterTests(BuiltInfra infra)
{
    private const string Kafka = "param kafkaBrokers = 'one.example.com:9093'\n";

    [BicepTheory]
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
        "param networkPrefix = '10.70.0.0/23'",
        "networkPrefix is 10.70.0.0/23: expected a /22 or larger")]
    public async Task A_choice_with_which_nothing_would_run_is_refused_by_name(string parameters, string refusal) =>
        Assert.Contains($" is not valid: {refusal}. Please see ", await infra.Bicep.RefusalAsync(parameters), StringComparison.Ordinal);

    [BicepTheory]
    [InlineData(
        "param routerMinReplicas = 10\nparam functionsAlwaysReady = 2\nparam functionsMaximumInstances = 2\n"
            + "param networkPrefix = '10.70.0.0/20'")]
    [InlineData("param kafkaProtocol = 'Plaintext'\nparam kafkaAuthentication = 'OAuthBearer'")]
    [InlineData(Kafka + "param kafkaAuthentication = 'OAuthBearer'\nparam pushAck = 'broker'")]
    public async Task What_is_just_allowed_or_not_used_with_Event_Hubs_is_no_problem(string parameters) =>
        Assert.Empty(await infra.Bicep.RefusalAsync(parameters));
}
