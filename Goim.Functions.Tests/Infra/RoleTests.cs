namespace Goim.Functions.Tests.Infra;

/// <summary>Who may do what: these roles and no others.</summary>
[Collection(nameof(BuiltInfra))]
public sealed class RoleTests(BuiltInfra infra)
{
    private const string MonitoringMetricsPublisher = "3913510d-42f4-4e42-8a64-420c390055eb";
    private const string AcrPull = "7f951dda-4ed3-4680-a7ca-43fe172d538d";
    private const string EventHubsDataReceiver = "a638d3c7-ab3a-418d-83e6-5f17a39d4fde";
    private const string EventHubsDataSender = "2b629674-e913-4c01-ae53-ef4638d8f975";
    private const string KeyVaultSecretsUser = "4633458b-17de-408a-b874-0445c86b69e6";
    private const string StorageBlobDataOwner = "b7e6dc6d-f1e8-4753-8033-0f276bb0955b";
    private const string StorageQueueDataContributor = "974c5e8b-45b9-4653-ba55-5f855dd0fb88";
    private const string StorageTableDataContributor = "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3";

    // A comet may read the topic of pushes and no other event hub.
    private const string CometReads = $"KafkaPushsTopic <- [id-comet.principalId]: {EventHubsDataReceiver}";

    // Where it shows no token of its identity.
    private const string CometKeyRead = $"comet-caller-key <- [id-comet.principalId]: {KeyVaultSecretsUser}";

    private static readonly string[] Always =
    [
        $"appi <- [id-comet.principalId]: {MonitoringMetricsPublisher}",
        $"appi <- [id-functions.principalId]: {MonitoringMetricsPublisher}",
        $"appi <- [id-router.principalId]: {MonitoringMetricsPublisher}",
        $"comet-scale-key <- [id-comet.principalId]: {KeyVaultSecretsUser}",
        $"cr <- [id-comet.principalId]: {AcrPull}",
        $"cr <- [id-router.principalId]: {AcrPull}",
        $"kv <- [id-functions.principalId]: {KeyVaultSecretsUser}",
        $"router-node-token <- [id-router.principalId]: {KeyVaultSecretsUser}",
        $"st <- [id-functions.principalId]: {StorageBlobDataOwner}",
        $"st <- [id-functions.principalId]: {StorageQueueDataContributor}",
        $"st <- [id-functions.principalId]: {StorageTableDataContributor}",
    ];

    [BicepFact]
    public void The_app_may_read_the_vault_and_router_nodes_and_comets_their_own_secrets_only() =>
        Assert.Equal(With(CometReads, CometKeyRead), infra.Queue.Roles);

    [BicepFact]
    public void Over_another_Kafka_a_comet_may_read_the_broker_s_password_too() =>
        Assert.Equal(With(CometKeyRead, $"kafka-password <- [id-comet.principalId]: {KeyVaultSecretsUser}"), infra.Kafka.Roles);

    [BicepFact]
    public void With_their_identities_the_app_may_send_to_Event_Hubs_and_a_comet_reads_no_key_of_its_own() =>
        Assert.Equal(With(CometReads, $"evhns <- [id-functions.principalId]: {EventHubsDataSender}"), infra.Broker.Roles);

    [BicepFact]
    public void Over_a_Kafka_that_asks_for_nothing_there_is_no_more() => Assert.Equal(With(CometKeyRead), infra.OpenKafka.Roles);

    [BicepFact]
    public void The_router_nodes_alone_may_use_Redis() => Assert.All(infra.All, deployment => Assert.Equal(
        """{"accessPolicyName":"default","user":{"objectId":"[id-router.principalId]"}}""",
        deployment.Properties("Microsoft.Cache/redisEnterprise/databases/accessPolicyAssignments").ToJsonString()));

    [BicepFact]
    public void Every_assignment_is_to_an_identity_of_this_deployment() => Assert.All(infra.All, deployment => Assert.All(
        deployment.Of("Microsoft.Authorization/roleAssignments"),
        role => Assert.Equal("ServicePrincipal", (string?)role["properties"]!["principalType"])));

    private static IEnumerable<string> With(params string[] more) => Always.Concat(more).Order(StringComparer.Ordinal);
}
