using System.Text.Json.Nodes;
using Goim.Functions.Tests.Integration.Documentation;
using Goim.Logic;
using Goim.Router;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Goim.Functions.Tests.Infra;

/// <summary>
/// The settings of the function app and of the router nodes on Azure, all of them, for each way to sign in to the broker.
/// </summary>
[Collection(nameof(BuiltInfra))]
public sealed class AppSettingsTests(BuiltInfra infra)
{
    private const string Password = "KafkaPassword", Reference = "@Microsoft.KeyVault(SecretUri=";

    // As Bicep's newGuid() makes one.
    private static readonly string MadeToken = Guid.NewGuid().ToString();

    // Settings that Flex Consumption does not take, or that Azure sets in another way: the storage is opened with an identity, and one
    // name stands for all router nodes.
    private static readonly string[] NotOnAzure = ["FUNCTIONS_WORKER_RUNTIME", "AzureWebJobsStorage", "Router__Nodes__2"];

    [BicepFact]
    public void The_output_binding_signs_in_to_Event_Hubs_with_a_password_in_the_vault()
    {
        var settings = infra.Queue.AppSettings;

        Assert.Equal(Host().Concat(Goim()).Concat(new Dictionary<string, string>
        {
            ["KafkaAuthentication"] = "Plain",
            ["KafkaUsername"] = "$ConnectionString",
            [Password] = Deployment.SecretUri("kafka-password"),
        }).OrderBy(Name), settings.OrderBy(Name));
        Assert.Equal(
            "[listKeys('/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-test/providers"
                + "/Microsoft.EventHub/namespaces/evhns/authorizationRules/functions-send', '2024-01-01').primaryConnectionString]",
            infra.Queue.Secret("kafka-password"));
        Assert.Equal("""["Send"]""", infra.Queue.Properties("Microsoft.EventHub/namespaces/authorizationRules")["rights"]!.ToJsonString());
    }

    [BicepFact]
    public void The_producer_signs_in_to_Event_Hubs_with_its_identity_and_has_no_password()
    {
        var expected = Host().Concat(Goim()).ToDictionary();
        expected["Push__Ack"] = "broker";
        expected["KafkaAuthentication"] = "OAuthBearer";
        expected["KafkaUsername"] = "[id-functions.clientId]";

        Assert.Equal(expected.OrderBy(Name), infra.Broker.AppSettings.OrderBy(Name));
        Assert.DoesNotContain("kv/kafka-password", infra.Broker.Names("Microsoft.KeyVault/vaults/secrets"));
        Assert.Empty(infra.Broker.Of("Microsoft.EventHub/namespaces/authorizationRules"));
    }

    [BicepFact]
    public void Another_Kafka_gets_what_was_asked_for_and_its_password_is_in_the_vault()
    {
        var expected = Host().Concat(Goim()).ToDictionary();
        expected["KafkaBrokers"] = "one.example.com:9093,two.example.com:9093";
        expected["KafkaTopic"] = "pushes";
        expected["KafkaEventsTopic"] = "events";
        expected["KafkaAuthentication"] = "ScramSha512";
        expected["KafkaUsername"] = "goim";
        expected[Password] = infra.Queue.AppSettings[Password];
        expected["KafkaCaFile"] = "/home/site/wwwroot/kafka-ca.pem";
        expected["KafkaPartitioner"] = "fnv1a_random";
        expected["KafkaCompression"] = "lz4";
        expected["Events__Connections"] = "true";

        Assert.Equal(expected.OrderBy(Name), infra.Kafka.AppSettings.OrderBy(Name));
        Assert.Equal("[parameters('kafkaPassword')]", infra.Kafka.Secret("kafka-password"));
        Assert.Empty(infra.Kafka.Of("Microsoft.EventHub/namespaces"));
    }

    [BicepFact]
    public void A_Kafka_that_asks_for_nothing_gets_no_user_and_no_password()
    {
        var expected = Host().Concat(Goim()).ToDictionary();
        expected["KafkaBrokers"] = "one.example.com:9092";
        expected["KafkaProtocol"] = "Plaintext";

        Assert.Equal(expected.OrderBy(Name), infra.OpenKafka.AppSettings.OrderBy(Name));
        Assert.DoesNotContain("kv/kafka-password", infra.OpenKafka.Names("Microsoft.KeyVault/vaults/secrets"));
    }

    [BicepFact]
    public void The_app_starts_with_these_settings() => Assert.All(infra.All, deployment =>
    {
        var settings = deployment.AppSettings
            .Where(setting => setting.Key != "KafkaCaFile")
            .ToDictionary(setting => setting.Key.Replace("__", ":", StringComparison.Ordinal), setting => setting.Value);
        settings["AzureWebJobsStorage:accountName"] = "stabcdefghijklm";
        settings["Router:Nodes:1"] = "https://ca-router.example.azurecontainerapps.io";
        settings["Router:Token"] = MadeToken;
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings!).Build();
        using var services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<IConfiguration>(configuration)
            .AddGoim()
            .BuildServiceProvider();

        services.GetRequiredService<IStartupValidator>().Validate();
    });

    [BicepFact]
    public async Task A_router_node_starts_with_its_settings()
    {
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["ASPNETCORE_URLS"] = "http://+:7270",
                ["RouterNode__Token"] = "secret: token",
                ["RouterNode__Store"] = "redis",
                ["RouterNode__Redis"] = "[format('{0},ssl=true', format('{0}:10000', amr.hostName))]",
                ["RouterNode__RedisIdentity"] = "[id-router.clientId]",
                ["RouterNode__Buckets"] = "64",
                ["RouterNode__ServerLease"] = "00:02:00",
                ["RouterNode__SessionExpiry"] = "01:00:00",
                ["APPLICATIONINSIGHTS_CONNECTION_STRING"] = "[appi.ConnectionString]",
                ["APPLICATIONINSIGHTS_AUTHENTICATION_STRING"] = "[format('ClientId={0};Authorization=AAD', id-router.clientId)]",
            },
            Deployment.Environment(infra.Kafka.Router));

        await using var node = RouterNode.Build(
        [
            .. Deployment.Environment(infra.Kafka.Router)
                .Where(variable => variable.Key.StartsWith("RouterNode", StringComparison.Ordinal))
                .Where(variable => variable.Key is not ("RouterNode__Redis" or "RouterNode__Token"))
                .Select(variable => $"--{variable.Key.Replace("__", ":", StringComparison.Ordinal)}={variable.Value}"),
            "--RouterNode:Redis=amr.example.redis.azure.net:10000,ssl=true",
            $"--RouterNode:Token={MadeToken}",
        ]);
        node.Services.GetRequiredService<IStartupValidator>().Validate();
    }

    [BicepFact]
    public async Task Every_setting_of_the_sample_is_set()
    {
        var file = await File.ReadAllTextAsync(Path.Combine(DocumentationTests.Repository(), "local.settings.sample.json"));
        var sample = JsonNode.Parse(file)!["Values"]!.AsObject()
            .Where(setting => (string?)setting.Value != "")
            .Where(setting => !setting.Key.StartsWith("RouterNode__", StringComparison.Ordinal))
            .Where(setting => !setting.Key.StartsWith("Comet__", StringComparison.Ordinal))
            .Select(setting => setting.Key);

        Assert.Empty(sample.Except(NotOnAzure).Except(infra.Queue.AppSettings.Keys));
        Assert.DoesNotContain(infra.Queue.AppSettings.Keys, NotOnAzure.Contains);
    }

    [BicepFact]
    public void A_password_or_token_is_only_ever_a_reference_to_the_vault() => Assert.All(infra.All, deployment => Assert.All(
        deployment.AppSettings.Where(setting => setting.Key is Password or "Router__Token"),
        setting => Assert.Contains(Reference, setting.Value, StringComparison.Ordinal)));

    private static string Name(KeyValuePair<string, string> setting) => setting.Key;

    private static Dictionary<string, string> Host() => new()
    {
        ["AzureWebJobsStorage__accountName"] = "st",
        ["AzureWebJobsStorage__credential"] = "managedidentity",
        ["AzureWebJobsStorage__clientId"] = "[id-functions.clientId]",
        ["APPLICATIONINSIGHTS_CONNECTION_STRING"] = "[appi.ConnectionString]",
        ["APPLICATIONINSIGHTS_AUTHENTICATION_STRING"] = "[format('ClientId={0};Authorization=AAD', id-functions.clientId)]",
        ["AzureMonitorExporter__EnableTraceBasedLogsSampler"] = "false",
        ["FUNCTIONS_REQUEST_BODY_SIZE_LIMIT"] = "8600000",
        ["WEBSITE_USE_PLACEHOLDER_DOTNETISOLATED"] = "0",
    };

    private static Dictionary<string, string> Goim() => new()
    {
        ["KafkaBrokers"] = "evhns.servicebus.windows.net:9093",
        ["KafkaTopic"] = "KafkaPushsTopic",
        ["KafkaEventsTopic"] = "KafkaEventsTopic",
        ["KafkaProtocol"] = "SaslSsl",
        ["KafkaMaxRecordBytes"] = "1000000",
        ["KafkaPartitioner"] = "consistent_random",
        ["KafkaCompression"] = "none",
        ["KafkaDeliveryTimeout"] = "00:00:30",
        ["KafkaQueueMessages"] = "100000",
        ["Push__Ack"] = "queue",
        ["Push__MaxRequestBytes"] = "8388608",
        ["Push__MaxUsers"] = "1000000",
        ["Push__MaxConcurrent"] = "1000",
        ["Facade__MaxConcurrent"] = "1000",
        ["Events__Connections"] = "false",
        ["Journal__Replay"] = "trigger",
        ["Router__Nodes__1"] = "[format('https://{0}', ca-router.configuration.ingress.fqdn)]",
        ["Router__Token"] = Deployment.SecretUri("router-token"),
        ["Router__CallTimeout"] = "00:00:03",
        ["Router__BatchSize"] = "5000",
    };
}
