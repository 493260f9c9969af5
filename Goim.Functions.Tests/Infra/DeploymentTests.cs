using System.Reflection;
using System.Text.Json.Nodes;
using Goim.Functions.Tests.Docker;
using Goim.Functions.Tests.Hosting;
using Microsoft.Extensions.Logging;

namespace Goim.Functions.Tests.Infra;

/// <summary>The sizes of the resources, and that azd and the alerts find them.</summary>
[Collection(nameof(BuiltInfra))]
public sealed class DeploymentTests(BuiltInfra infra)
{
    [BicepFact]
    public void The_function_app_runs_on_Flex_Consumption_with_instances_that_are_always_there()
    {
        Assert.Equal("""{"name":"FC1","tier":"FlexConsumption"}""", infra.Queue.One("Microsoft.Web/serverfarms")["sku"]!.ToJsonString());
        var config = infra.Queue.Properties("Microsoft.Web/sites")["functionAppConfig"]!;
        Assert.Equal("""{"name":"dotnet-isolated","version":"10.0"}""", config["runtime"]!.ToJsonString());
        Assert.Equal(
            """{"instanceMemoryMB":2048,"maximumInstanceCount":40,"alwaysReady":[{"name":"http","instanceCount":2}],"triggers":"""
                + """{"http":{"perInstanceConcurrency":100}}}""",
            config["scaleAndConcurrency"]!.ToJsonString());
        Assert.Equal("UserAssignedIdentity", (string?)config["deployment"]!["storage"]!["authentication"]!["type"]);
        Assert.EndsWith("/id-functions", (string?)infra.Queue.Properties("Microsoft.Web/sites")["keyVaultReferenceIdentity"]);
    }

    // A caller who leaves with half a body sent makes two Error entries of the host's.
    [Fact]
    public void No_alert_counts_errors_or_failed_invocations()
    {
        var rules = string.Concat(Directory.GetFiles(Path.Combine(Bicep.Infra, "app"), "alert*.bicep").Select(File.ReadAllText));

        Assert.Contains("AppTraces", rules, StringComparison.Ordinal);
        Assert.DoesNotMatch("SeverityLevel|AppExceptions|AppRequests|requests/failed|exceptions/", rules);
    }

    [BicepFact]
    public void Router_nodes_are_two_at_least_in_several_zones_and_speak_HTTP_2()
    {
        var app = infra.Queue.Router;
        Assert.Equal(2, (int)app["template"]!["scale"]!["minReplicas"]!);
        var ingress = app["configuration"]!["ingress"]!;
        Assert.Equal(
            ("http2", 7270),
            ((string?)ingress["transport"], (int)ingress["targetPort"]!));
        Assert.True((bool)infra.Queue.ContainerEnvironment("cae")["zoneRedundant"]!);
        Assert.All(
            Deployment.Container(app)["probes"]!.AsArray(),
            probe => Assert.Equal("""{"port":7270}""", probe!["tcpSocket"]!.ToJsonString()));
        Assert.Equal(3, (int)infra.Kafka.Router["template"]!["scale"]!["minReplicas"]!);
        Assert.Equal(2, (int)infra.Template["parameters"]!["routerMinReplicas"]!["minValue"]!);
    }

    [BicepFact]
    public void Redis_keeps_what_it_was_given()
    {
        Assert.Equal("Enabled", (string?)infra.Queue.Properties("Microsoft.Cache/redisEnterprise")["highAvailability"]);
        var database = infra.Queue.Properties("Microsoft.Cache/redisEnterprise/databases");
        Assert.Equal(
            ("NoEviction", """{"aofEnabled":true,"aofFrequency":"1s"}"""),
            ((string?)database["evictionPolicy"], database["persistence"]!.ToJsonString()));
    }

    [BicepFact]
    public void Logs_and_the_audit_trail_among_them_are_kept_for_90_days()
    {
        var table = infra.Queue.One("Microsoft.OperationalInsights/workspaces/tables");

        Assert.Equal("log/AppTraces", (string?)table["name"]);
        Assert.Equal("""{"plan":"Analytics","retentionInDays":90,"totalRetentionInDays":90}""", table["properties"]!.ToJsonString());
    }

    [BicepFact]
    public void Each_topic_is_an_event_hub()
    {
        Assert.Equal(["evhns/KafkaEventsTopic", "evhns/KafkaPushsTopic"], infra.Queue.Names("Microsoft.EventHub/namespaces/eventhubs"));
        Assert.All(
            infra.Queue.Of("Microsoft.EventHub/namespaces/eventhubs"),
            hub => Assert.Equal(16, (int)hub["properties"]!["partitionCount"]!));
        Assert.Equal(
            """{"name":"Standard","tier":"Standard","capacity":1}""",
            infra.Queue.One("Microsoft.EventHub/namespaces")["sku"]!.ToJsonString());
    }

    [BicepFact]
    public void Each_service_of_azure_yaml_finds_its_resource_by_its_tag()
    {
        var services = (Dictionary<object, object>)ComposeFile.Yaml("azure.yaml")["services"];

        Assert.Equal(["functions", "router", "comet"], services.Keys.Cast<string>());
        Assert.Equal("functions", (string?)infra.Queue.One("Microsoft.Web/sites")["tags"]!["azd-service-name"]);
        Assert.Equal(
            ["router", "comet"], infra.Queue.Of("Microsoft.App/containerApps").Select(app => (string?)app["tags"]!["azd-service-name"]));
        Assert.Equal("test", (string?)infra.Queue.One("Microsoft.Resources/resourceGroups")["tags"]!["azd-env-name"]);
    }

    [BicepFact]
    public async Task Each_parameter_has_a_variable_of_azd_that_no_output_overwrites()
    {
        var text = await File.ReadAllTextAsync(Path.Combine(Bicep.Infra, "main.parameters.json"));
        var file = JsonNode.Parse(text)!["parameters"]!.AsObject();
        var parameters = infra.Template["parameters"]!.AsObject();

        Assert.Equal(
            parameters.Select(parameter => parameter.Key).Order(StringComparer.Ordinal),
            file.Select(parameter => parameter.Key).Order(StringComparer.Ordinal));
        var variables = file.Where(parameter => parameter.Value!["value"] is JsonValue)
            .Select(parameter => (parameter.Key, Value: (string)parameter.Value!["value"]!))
            .Select(parameter => (parameter.Key, Parts: parameter.Value.TrimStart('$', '{').TrimEnd('}').Split('=', 2)))
            .ToList();
        Assert.All(variables, variable => Assert.Equal(
            parameters[variable.Key]!["defaultValue"]?.ToString(), variable.Parts.Length > 1 ? variable.Parts[1] : null, ignoreCase: true));
        Assert.Equal(
            ["AZURE_LOCATION"],
            variables.Select(variable => variable.Parts[0]).Intersect(infra.Queue.Outputs.Select(output => output.Key)));
    }

    [BicepFact]
    public void Alerts_look_for_what_the_app_measures_and_logs()
    {
        var queries = infra.Queue.Of("Microsoft.Insights/scheduledQueryRules").ToDictionary(
            rule => (string)rule["name"]!, rule => (string)rule["properties"]!["criteria"]!["allOf"]![0]!["query"]!);

        var metrics = TestMetrics.New();
        Assert.Equal(
            ["failed-pushes", "poison-journal", "router-down"],
            queries.Keys.Where(name => !name.StartsWith("comet-", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Contains(
            $"Name == '{metrics.Records.Name}' and tostring(Properties['goim.record.outcome']) == 'failed'",
            queries["failed-pushes"],
            StringComparison.Ordinal);
        Assert.Contains(
            $"Name == '{metrics.Journal.Name}' and tostring(Properties['goim.journal.outcome']) == 'poison'",
            queries["poison-journal"],
            StringComparison.Ordinal);
        Assert.Contains(
            $"Name == '{metrics.CallDuration.Name}'"
                + " and tostring(Properties['rpc.response.status_code']) in ('Unavailable', 'DeadlineExceeded', 'Unauthenticated')",
            queries["router-down"],
            StringComparison.Ordinal);

        const string Lost = "records were not acknowledged before the stop";
        Assert.Contains(Lost, queries["failed-pushes"], StringComparison.Ordinal);
        Assert.Contains(Messages(), message => message.Contains(Lost, StringComparison.Ordinal));
    }

    [BicepFact]
    public void Alerts_reach_somebody_where_there_is_an_address()
    {
        Assert.Equal(
            ["comet-replicas", "event-hubs-bytes", "event-hubs-records", "event-hubs-throttled", "redis-memory", "router-replicas"],
            infra.Broker.Names("Microsoft.Insights/metricAlerts"));
        Assert.Equal(["comet-replicas", "redis-memory", "router-replicas"], infra.Kafka.Names("Microsoft.Insights/metricAlerts"));
        Assert.Equal(
            "operators@example.com",
            (string?)infra.Broker.Properties("Microsoft.Insights/actionGroups")["emailReceivers"]![0]!["emailAddress"]);
        Assert.All(
            infra.Broker.Of("Microsoft.Insights/scheduledQueryRules"),
            rule => Assert.EndsWith("/actionGroups/goim", (string?)rule["properties"]!["actions"]!["actionGroups"]![0]));
        Assert.All(
            infra.Broker.Of("Microsoft.Insights/metricAlerts"),
            rule => Assert.EndsWith("/actionGroups/goim", (string?)rule["properties"]!["actions"]![0]!["actionGroupId"]));
        Assert.Empty(infra.Queue.Of("Microsoft.Insights/actionGroups"));
        Assert.Equal((3, 4), (Threshold(infra.Kafka, "router-replicas"), Threshold(infra.Kafka, "comet-replicas")));
    }

    // Each of at most four units takes 1,000 records and 1 MB a second: nine tenths of that, over five minutes.
    [BicepFact]
    public void Event_Hubs_near_its_limit_is_an_alert()
    {
        Assert.Equal(1_080_000, Threshold(infra.Queue, "event-hubs-records"));
        Assert.Equal(1_080_000_000, Threshold(infra.Queue, "event-hubs-bytes"));
    }

    private static long Threshold(Deployment deployment, string alert)
    {
        var rule = deployment.Of("Microsoft.Insights/metricAlerts").Single(rule => (string?)rule["name"] == alert);
        return (long)rule["properties"]!["criteria"]!["allOf"]![0]!["threshold"]!;
    }

    private static IEnumerable<string> Messages() => typeof(Goim.Logic.GoimServices).Assembly.GetTypes()
        .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
        .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>()?.Message).OfType<string>();
}
