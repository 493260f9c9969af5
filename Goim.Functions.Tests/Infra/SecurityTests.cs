using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Goim.Logic.Idempotency;
using Goim.Logic.Journal;

namespace Goim.Functions.Tests.Infra;

/// <summary>No access with keys, over plain text or from public addresses, and no secret in the outputs.</summary>
[Collection(nameof(BuiltInfra))]
public sealed partial class SecurityTests(BuiltInfra infra)
{
    [BicepFact]
    public void Nothing_can_be_signed_in_to_with_a_key_but_what_the_output_binding_needs()
    {
        Assert.All(infra.All, deployment =>
        {
            Assert.False((bool)deployment.Properties("Microsoft.Storage/storageAccounts")["allowSharedKeyAccess"]!);
            Assert.False((bool)deployment.Properties("Microsoft.Storage/storageAccounts")["allowBlobPublicAccess"]!);
            Assert.True((bool)deployment.Properties("Microsoft.Insights/components")["DisableLocalAuth"]!);
            Assert.Equal(
                "Disabled",
                (string?)deployment.Properties("Microsoft.Cache/redisEnterprise/databases")["accessKeysAuthentication"]);
            Assert.False((bool)deployment.Properties("Microsoft.ContainerRegistry/registries")["adminUserEnabled"]!);
            Assert.Equal(
                ["func/ftp: false", "func/scm: false"],
                deployment.Of("Microsoft.Web/sites/basicPublishingCredentialsPolicies")
                    .Select(policy => $"{policy["name"]}: {policy["properties"]!["allow"]}"));
        });
        Assert.False((bool)infra.Queue.Properties("Microsoft.EventHub/namespaces")["disableLocalAuth"]!);
        Assert.True((bool)infra.Broker.Properties("Microsoft.EventHub/namespaces")["disableLocalAuth"]!);

        var vault = infra.Queue.Properties("Microsoft.KeyVault/vaults");
        Assert.Equal(
            "true true",
            $"{vault["enableRbacAuthorization"]!.ToJsonString()} {vault["enablePurgeProtection"]!.ToJsonString()}");
    }

    [BicepFact]
    public void Everything_speaks_TLS_of_1_2_at_least() => Assert.All(infra.All, deployment =>
    {
        var site = deployment.Properties("Microsoft.Web/sites");
        Assert.True((bool)site["httpsOnly"]!);
        Assert.Equal(("1.2", "1.2"), ((string?)site["siteConfig"]!["minTlsVersion"], (string?)site["siteConfig"]!["scmMinTlsVersion"]));
        var storage = deployment.Properties("Microsoft.Storage/storageAccounts");
        Assert.Equal((true, "TLS1_2"), ((bool)storage["supportsHttpsTrafficOnly"]!, (string?)storage["minimumTlsVersion"]));
        Assert.Equal("1.2", (string?)deployment.Properties("Microsoft.Cache/redisEnterprise")["minimumTlsVersion"]);
        Assert.Equal("Encrypted", (string?)deployment.Properties("Microsoft.Cache/redisEnterprise/databases")["clientProtocol"]);
        Assert.All(
            deployment.Of("Microsoft.EventHub/namespaces"),
            hubs => Assert.Equal("1.2", (string?)hubs["properties"]!["minimumTlsVersion"]));
        Assert.All(
            [deployment.Router, deployment.Comet], app => Assert.False((bool)app["configuration"]!["ingress"]!["allowInsecure"]!));
    });

    [BicepFact]
    public void No_public_address_leads_to_the_router_nodes() => Assert.All(infra.All, deployment =>
    {
        var environment = deployment.ContainerEnvironment("cae");
        Assert.True((bool)environment["vnetConfiguration"]!["internal"]!);
        Assert.Equal("Disabled", (string?)environment["publicNetworkAccess"]);
        Assert.EndsWith("/managedEnvironments/cae", (string?)deployment.Router["environmentId"]);
        Assert.EndsWith("/vnet/subnets/routers", (string?)environment["vnetConfiguration"]!["infrastructureSubnetId"]);
        Assert.EndsWith("/vnet/subnets/functions", (string?)deployment.Properties("Microsoft.Web/sites")["virtualNetworkSubnetId"]);
        Assert.Equal(
            "[cae.staticIp]",
            (string?)deployment.Properties("Microsoft.Network/privateDnsZones/A")["aRecords"]![0]!["ipv4Address"]);
    });

    [BicepFact]
    public void Private_endpoints_close_what_is_public_without_them()
    {
        Assert.Equal("Enabled Enabled Enabled Enabled", Access(infra.Queue));
        Assert.Empty(infra.Queue.Of("Microsoft.Network/privateEndpoints"));

        Assert.Equal("Disabled Disabled Disabled Disabled", Access(infra.Broker));
        Assert.Equal(
            ["blob: st", "namespace: evhns", "queue: st", "redisEnterprise: amr", "table: st", "vault: kv"], Endpoints(infra.Broker));
        Assert.Equal("Disabled Disabled Disabled", Access(infra.Kafka));
        Assert.Equal(["blob: st", "queue: st", "redisEnterprise: amr", "table: st", "vault: kv"], Endpoints(infra.Kafka));
        Assert.Equal(
            [
                "[cae.defaultDomain]",
                "[format('privatelink.blob.{0}', environment().suffixes.storage)]",
                "[format('privatelink.queue.{0}', environment().suffixes.storage)]",
                "[format('privatelink.table.{0}', environment().suffixes.storage)]",
                "privatelink.redis.azure.net",
                "privatelink.servicebus.windows.net",
                "privatelink.vaultcore.azure.net",
            ],
            infra.Broker.Names("Microsoft.Network/privateDnsZones"));
    }

    [BicepFact]
    public void No_output_holds_a_secret_and_keys_are_read_in_one_place()
    {
        var outputs = Find(infra.Template, "outputs").ToList();

        Assert.InRange(outputs.Count, 10, 100);
        Assert.All(outputs, output => Assert.DoesNotMatch(KeyReader(), output.ToJsonString()));
        Assert.Single(KeyReader().Matches(infra.Template.ToJsonString()));
        Assert.Equal(
            [
                "AZURE_CONTAINER_REGISTRY_ENDPOINT",
                "AZURE_KEY_VAULT_NAME",
                "AZURE_LOCATION",
                "AZURE_RESOURCE_GROUP",
                "AZURE_TENANT_ID",
                "AZURE_WORKBOOK_URL",
                "KAFKA_BOOTSTRAP_SERVERS",
                "SERVICE_COMET_ENDPOINT",
                "SERVICE_COMET_NAME",
                "SERVICE_FUNCTIONS_ENDPOINT",
                "SERVICE_FUNCTIONS_NAME",
                "SERVICE_ROUTER_ENDPOINT",
                "SERVICE_ROUTER_NAME",
            ],
            infra.Queue.Outputs.Select(output => output.Key).Order(StringComparer.Ordinal));
    }

    [BicepFact]
    public void A_password_token_or_key_is_a_secure_parameter_everywhere() => Assert.Equal(
        [
            "kafkaPassword: securestring",
            "kafkaPassword: securestring",
            "newBackendKey: securestring",
            "newCometKey: securestring",
            "newJwtKey1: securestring",
            "newJwtKey2: securestring",
            "newScaleKey: securestring",
            "newToken: securestring",
            "password: securestring",
        ],
        Find(infra.Template, "parameters").SelectMany(parameters => parameters.AsObject())
            .Where(parameter => parameter.Key is "kafkaPassword" or "password" || parameter.Key.StartsWith("new", StringComparison.Ordinal))
            .Where(parameter => parameter.Value!["type"] is not null)
            .Select(parameter => $"{parameter.Key}: {((string)parameter.Value!["type"]!).ToLowerInvariant()}")
            .Order(StringComparer.Ordinal));

    [BicepFact]
    public void No_deployment_of_somebody_else_s_may_read_the_vault() => Assert.All(
        infra.All, deployment => Assert.Null(deployment.Properties("Microsoft.KeyVault/vaults")["enabledForTemplateDeployment"]));

    [BicepFact]
    public void The_storage_has_the_places_that_the_code_names_and_forgets_idempotency_keys()
    {
        Assert.Equal(
            ["st/default/app-package", "st/default/goim-idempotency"],
            infra.Queue.Names("Microsoft.Storage/storageAccounts/blobServices/containers"));
        Assert.Equal(
            ["st/default/goim-router-journal", "st/default/goim-router-journal-poison"],
            infra.Queue.Names("Microsoft.Storage/storageAccounts/queueServices/queues"));
        Assert.Equal(
            ("goim-idempotency", "goim-router-journal", "goim-router-journal-poison"),
            (IdempotencyKeys.ContainerName, RouterJournal.Queue, RouterJournal.PoisonQueue));

        var management = infra.Queue.Properties("Microsoft.Storage/storageAccounts/managementPolicies");
        Assert.Equal(
            """{"filters":{"blobTypes":["blockBlob"],"prefixMatch":["goim-idempotency/"]},"actions":"""
                + """{"baseBlob":{"delete":{"daysAfterModificationGreaterThan":1}}}}""",
            management["policy"]!["rules"]![0]!["definition"]!.ToJsonString());
    }

    private static string Access(Deployment deployment)
    {
        string[] types =
        [
            "Microsoft.Storage/storageAccounts",
            "Microsoft.Cache/redisEnterprise",
            "Microsoft.EventHub/namespaces",
            "Microsoft.KeyVault/vaults",
        ];
        var resources = types.SelectMany(deployment.Of);
        return string.Join(' ', resources.Select(resource => (string?)resource["properties"]!["publicNetworkAccess"]));
    }

    private static IEnumerable<string> Endpoints(Deployment deployment) => deployment.Of("Microsoft.Network/privateEndpoints")
        .Select(endpoint => endpoint["properties"]!["privateLinkServiceConnections"]![0]!["properties"]!)
        .Select(connection => $"{connection["groupIds"]![0]}: {((string)connection["privateLinkServiceId"]!).Split('/')[^1]}")
        .Order(StringComparer.Ordinal);

    private static IEnumerable<JsonNode> Find(JsonNode? node, string name) => node switch
    {
        JsonObject members => members
            .Where(member => member.Key == name && member.Value is JsonObject)
            .Select(member => member.Value!)
            .Concat(members.SelectMany(member => Find(member.Value, name))),
        JsonArray elements => elements.SelectMany(element => Find(element, name)),
        _ => [],
    };

    [GeneratedRegex(@"\blist\w*\(", RegexOptions.IgnoreCase)]
    private static partial Regex KeyReader();
}
