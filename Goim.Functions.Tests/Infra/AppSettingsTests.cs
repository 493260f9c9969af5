using System.Text;
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

        Assert.Equal(ExpectedSettings.Host().Concat(ExpectedSettings.Goim()).Concat(new Dictionary<string, string>
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
        var expected = ExpectedSettings.Host().Concat(ExpectedSettings.Goim()).ToDictionary();
        expected["Push__Ack"] = "broker";
        expected["KafkaAuthentication"] = "OAuthBearer";
        expected["KafkaUsername"] = "[id-functions.clientId]";
        expected.Remove("Connect__Jwt__Keys__1");
        expected.Remove("Connect__Jwt__Keys__2");
        expected["Connect__Jwt__Authority"] = "https://login.example";
        expected["Connect__Jwt__Issuer"] = "https://issuer.example";
        expected["Connect__Jwt__Audience"] = "goim";
        expected["Access__Authority"] =
            "[format('{0}{1}/v2.0', environment().authentication.loginEndpoint, '00000000-0000-0000-0000-000000000002')]";
        expected["Access__Audience"] = "client-id-of-the-test";
        expected.Remove("Access__Callers__comet__Key");
        expected["Access__Callers__comet__Subject"] = "[id-comet.principalId]";

        Assert.Equal(expected.OrderBy(Name), infra.Broker.AppSettings.OrderBy(Name));
        Assert.DoesNotContain("kv/kafka-password", infra.Broker.Names("Microsoft.KeyVault/vaults/secrets"));
        Assert.Empty(infra.Broker.Of("Microsoft.EventHub/namespaces/authorizationRules"));
    }

    [BicepFact]
    public void Another_Kafka_gets_what_was_asked_for_and_its_password_is_in_the_vault()
    {
        var expected = ExpectedSettings.Host().Concat(ExpectedSettings.Goim()).ToDictionary();
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
        expected["Connect__Tokens"] = "UserId";
        expected.Remove("Connect__Jwt__Keys__1");
        expected.Remove("Connect__Jwt__Keys__2");
        expected["Access__KeepFunctionKeys"] = "none";

        Assert.Equal(expected.OrderBy(Name), infra.Kafka.AppSettings.OrderBy(Name));
        Assert.Equal("[parameters('kafkaPassword')]", infra.Kafka.Secret("kafka-password"));
        Assert.Empty(infra.Kafka.Of("Microsoft.EventHub/namespaces"));
    }

    [BicepFact]
    public void A_Kafka_that_asks_for_nothing_gets_no_user_and_no_password()
    {
        var expected = ExpectedSettings.Host().Concat(ExpectedSettings.Goim()).ToDictionary();
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
            .ToDictionary(setting => setting.Key.Replace("__", ":", StringComparison.Ordinal), Deployed);
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
    public void A_password_token_or_key_is_only_ever_a_reference_to_the_vault() => Assert.All(infra.All, deployment => Assert.All(
        deployment.AppSettings.Where(setting => setting.Key is Password or "Router__Token" || IsMadeKey(setting.Key)),
        setting => Assert.Contains(Reference, setting.Value, StringComparison.Ordinal)));

    private static string Name(KeyValuePair<string, string> setting) => setting.Key;

    private static bool IsMadeKey(string name) => IsJwtKey(name) || name.EndsWith("__Key", StringComparison.Ordinal);

    private static bool IsJwtKey(string name) => name.StartsWith("Connect__Jwt__Keys__", StringComparison.Ordinal);

    /// <summary>The value of a setting once Azure knows it.</summary>
    private static string Deployed(KeyValuePair<string, string> setting) => setting.Key switch
    {
        "AzureWebJobsStorage__accountName" => "stabcdefghijklm",
        "Router__Nodes__1" => "https://ca-router.example.azurecontainerapps.io",
        "Router__Token" => MadeToken,
        "Access__Authority" => "https://login.example/tenant/v2.0",
        _ when IsJwtKey(setting.Key) => Convert.ToBase64String(Encoding.ASCII.GetBytes($"{Guid.NewGuid()}{Guid.NewGuid()}")),
        _ when IsMadeKey(setting.Key) => $"{Guid.NewGuid()}{Guid.NewGuid()}",
        _ => setting.Value,
    };
}
