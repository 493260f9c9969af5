using System.Globalization;
using System.Text.RegularExpressions;
using Goim.Comet;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Goim.Functions.Tests.Infra;

/// <summary>The comets on Azure: settings, ingress, scale and stop.</summary>
[Collection(nameof(BuiltInfra))]
public sealed class CometDeploymentTests(BuiltInfra infra)
{
    [BicepFact]
    public void A_comet_signs_in_to_Event_Hubs_with_its_identity_and_to_the_app_with_its_key()
    {
        Assert.Equal(OnEventHubs().OrderBy(Name), Deployment.Environment(infra.Queue.Comet).OrderBy(Name));
        Assert.Equal([("scale-key", "comet-scale-key"), ("caller-key", "comet-caller-key")], Secrets(infra.Queue));
    }

    // However pushes get there, the sign-in to Event Hubs is the same. The rule that scales comets knows keys only.
    [BicepFact]
    public void With_an_audience_a_comet_signs_in_to_the_app_with_its_identity_too()
    {
        var expected = OnEventHubs();
        expected.Remove("Comet__CallerKey");
        expected["Comet__CallerAudience"] = "client-id-of-the-test";
        expected["Comet__CallerIdentity"] = "[id-comet.clientId]";

        Assert.Equal(expected.OrderBy(Name), Deployment.Environment(infra.Broker.Comet).OrderBy(Name));
        Assert.Equal([("scale-key", "comet-scale-key")], Secrets(infra.Broker));
    }

    [BicepFact]
    public void Over_another_Kafka_a_comet_signs_in_as_the_app_does()
    {
        var expected = Settings();
        expected["Comet__TcpPort"] = "8080";
        expected["Comet__DrainTime"] = "00:09:30";
        expected["Comet__AllowedOrigins"] = "https://console.example:8443";
        expected["KafkaBrokers"] = "one.example.com:9093,two.example.com:9093";
        expected["KafkaTopic"] = "pushes";
        expected["KafkaEventsTopic"] = "events";
        expected["KafkaAuthentication"] = "ScramSha512";
        expected["KafkaUsername"] = "goim";
        expected["KafkaPassword"] = "secret: kafka-password";
        expected["KafkaCaFile"] = "/app/kafka-ca.pem";

        Assert.Equal(expected.OrderBy(Name), Deployment.Environment(infra.Kafka.Comet).OrderBy(Name));
        Assert.Equal(
            [("scale-key", "comet-scale-key"), ("caller-key", "comet-caller-key"), ("kafka-password", "kafka-password")],
            Secrets(infra.Kafka));
    }

    // The user is another identity of the app's.
    [BicepFact]
    public async Task Over_another_Event_Hubs_a_comet_signs_in_with_its_own_identity_whatever_the_user_is()
    {
        var snapshot = await infra.Bicep.SnapshotAsync(
            "param kafkaBrokers = 'another.servicebus.windows.net:9093'\nparam kafkaAuthentication = 'OAuthBearer'\n"
                + "param pushAck = 'broker'\nparam kafkaUsername = 'client-id-of-the-test'");

        var settings = Deployment.Environment(Deployment.Read(snapshot).Comet);
        Assert.Equal(("OAuthBearer", "[id-comet.clientId]"), (settings["KafkaAuthentication"], settings["KafkaUsername"]));
    }

    [BicepFact]
    public void Over_a_Kafka_that_asks_for_nothing_a_comet_has_no_user_and_no_password()
    {
        var expected = Settings();
        expected["KafkaBrokers"] = "one.example.com:9092";
        expected["KafkaProtocol"] = "Plaintext";

        Assert.Equal(expected.OrderBy(Name), Deployment.Environment(infra.OpenKafka.Comet).OrderBy(Name));
        Assert.Equal([("scale-key", "comet-scale-key"), ("caller-key", "comet-caller-key")], Secrets(infra.OpenKafka));
    }

    [BicepFact]
    public async Task A_comet_starts_with_its_settings()
    {
        foreach (var deployment in infra.All)
        {
            await using var comet = CometApp.Build(
            [
                .. Deployment.Environment(deployment.Comet)
                    .Where(setting => setting.Key != "KafkaCaFile")
                    .Where(setting => !setting.Key.StartsWith("APPLICATIONINSIGHTS_", StringComparison.Ordinal))
                    .Select(setting => $"--{Argument(setting.Key)}={Value(setting)}"),
            ]);

            comet.Services.GetRequiredService<IStartupValidator>().Validate();
        }
    }

    [BicepFact]
    public void Clients_come_from_the_internet_over_TLS_and_over_plain_TCP_only_where_it_is_asked_for()
    {
        Assert.All(infra.All, deployment =>
        {
            var environment = deployment.ContainerEnvironment("cae-comet");
            Assert.False((bool)environment["vnetConfiguration"]!["internal"]!);
            Assert.Equal("Enabled", (string?)environment["publicNetworkAccess"]);
            Assert.EndsWith("/vnet/subnets/comets", (string?)environment["vnetConfiguration"]!["infrastructureSubnetId"]);
            Assert.EndsWith("/managedEnvironments/cae-comet", (string?)deployment.Comet["environmentId"]);

            var ingress = deployment.Comet["configuration"]!["ingress"]!;
            Assert.Equal(
                (true, "http", 8090), ((bool)ingress["external"]!, (string?)ingress["transport"], (int)ingress["targetPort"]!));
        });

        Assert.Empty(infra.Queue.Comet["configuration"]!["ingress"]!["additionalPortMappings"]!.AsArray());
        Assert.Equal(
            """[{"external":true,"targetPort":8080,"exposedPort":8080}]""",
            infra.Kafka.Comet["configuration"]!["ingress"]!["additionalPortMappings"]!.ToJsonString());
        Assert.Equal(
            """[{"name":"push.example.com","certificateId":"certificate-of-the-test","bindingType":"SniEnabled"}]""",
            infra.Kafka.Comet["configuration"]!["ingress"]!["customDomains"]!.ToJsonString());
        Assert.Equal("[format('wss://{0}/sub', ca-comet.configuration.ingress.fqdn)]", Output("SERVICE_COMET_ENDPOINT"));
    }

    [BicepFact]
    public void A_comet_is_killed_only_after_its_stop_and_at_most_after_ten_minutes() => Assert.All(infra.All, deployment =>
    {
        var template = deployment.Comet["template"]!;
        var drain = TimeSpan.Parse(Deployment.Environment(deployment.Comet)["Comet__DrainTime"], CultureInfo.InvariantCulture);

        var stop = drain + CometApp.StopTime;
        Assert.InRange((int)template["terminationGracePeriodSeconds"]!, stop.TotalSeconds + 10, 600);
    });

    [BicepFact]
    public void Replicas_are_two_to_ten_by_the_number_of_sessions()
    {
        var scale = infra.Queue.Comet["template"]!["scale"]!;
        Assert.Equal((2, 10), ((int)scale["minReplicas"]!, (int)scale["maxReplicas"]!));
        Assert.Equal(["connections", "cpu", "memory"], scale["rules"]!.AsArray().Select(rule => (string)rule!["name"]!));
        Assert.Equal(
            """
            {"type":"metrics-api","metadata":{"url":"[format('{0}/1/count?type=total', format('https://{0}', func.defaultHostName))]",
            "valueLocation":"data.sessions","targetValue":"50000","authMode":"apiKey","method":"header","keyParamName":"x-goim-key"},
            "auth":[{"triggerParameter":"apiKey","secretRef":"scale-key"}]}
            """.ReplaceLineEndings(""),
            Regex.Unescape(scale["rules"]![0]!["custom"]!.ToJsonString()));
        Assert.True((bool)infra.Queue.ContainerEnvironment("cae-comet")["zoneRedundant"]!);
    }

    [BicepFact]
    public void Router_nodes_keep_the_sessions_of_a_comet_that_was_killed_for_a_minute() =>
        Assert.Equal("00:01:00", Deployment.Environment(infra.Queue.Router)["RouterNode__ServerLease"]);

    private string? Output(string name) => (string?)infra.Queue.Outputs[name];

    private static string Name(KeyValuePair<string, string> setting) => setting.Key;

    private static string Argument(string name) =>
        name == "ASPNETCORE_URLS" ? "urls" : name.Replace("__", ":", StringComparison.Ordinal);

    private static string Value(KeyValuePair<string, string> setting) => setting.Key switch
    {
        "Comet__Api" => "https://func.example.azurewebsites.net",
        "Comet__CallerKey" => $"{Guid.NewGuid()}{Guid.NewGuid()}",
        "Comet__CallerIdentity" => Guid.NewGuid().ToString(),
        _ => setting.Value,
    };

    /// <summary>The names of the comet's secrets, and of those in the vault that they refer to.</summary>
    private static IEnumerable<(string, string)> Secrets(Deployment deployment) =>
        deployment.Comet["configuration"]!["secrets"]!.AsArray().Select(secret =>
        {
            Assert.EndsWith("/id-comet", (string?)secret!["identity"]);
            Assert.Null(secret["value"]);
            var uri = (string)secret["keyVaultUrl"]!;
            var name = uri.Split('\'')[^2];
            Assert.Equal($"[format('{{0}}/{{1}}', {Deployment.Vault}, '{name}')]", uri);
            return ((string)secret["name"]!, name);
        });

    private static Dictionary<string, string> OnEventHubs() => new(Settings())
    {
        ["KafkaAuthentication"] = "OAuthBearer",
        ["KafkaUsername"] = "[id-comet.clientId]",
    };

    private static Dictionary<string, string> Settings() => new()
    {
        ["ASPNETCORE_URLS"] = "http://+:8090;http://+:8091",
        ["Comet__MonitorPort"] = "8091",
        ["Comet__Api"] = "[format('https://{0}', func.defaultHostName)]",
        ["Comet__CallerKey"] = "secret: caller-key",
        ["Comet__TcpPort"] = "0",
        ["Comet__MaxConnections"] = "100000",
        ["Comet__DrainTime"] = "00:01:00",
        ["Comet__AllowedOrigins"] = "",
        ["KafkaBrokers"] = "evhns.servicebus.windows.net:9093",
        ["KafkaTopic"] = "KafkaPushsTopic",
        ["KafkaEventsTopic"] = "KafkaEventsTopic",
        ["KafkaProtocol"] = "SaslSsl",
        ["APPLICATIONINSIGHTS_CONNECTION_STRING"] = "[appi.ConnectionString]",
        ["APPLICATIONINSIGHTS_AUTHENTICATION_STRING"] = "[format('ClientId={0};Authorization=AAD', id-comet.clientId)]",
    };
}
