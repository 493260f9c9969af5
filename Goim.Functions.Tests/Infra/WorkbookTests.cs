using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Goim.Protocol;

namespace Goim.Functions.Tests.Infra;

/// <summary>The workbook shows what the parts measure, of the resources that are deployed with it.</summary>
[Collection(nameof(BuiltInfra))]
public sealed partial class WorkbookTests(BuiltInfra infra)
{
    private const int Query = 3, Metrics = 10;

    // https://learn.microsoft.com/azure/azure-monitor/reference/tables-index, those of Application Insights. The last is Resource Graph's.
    private static readonly string[] Tables = ["AppDependencies", "AppMetrics", "AppRequests", "AppTraces", "alertsmanagementresources"];

    // https://learn.microsoft.com/azure/azure-monitor/reference/metrics-index, the metrics of each type of resource.
    private static readonly Dictionary<string, string[]> PlatformMetrics = new()
    {
        ["microsoft.app/containerapps"] = ["Replicas"],
        ["microsoft.cache/redisenterprise"] = ["usedmemorypercentage"],
        ["microsoft.eventhub/namespaces"] =
        [
            "IncomingBytes", "IncomingMessages", "OutgoingBytes", "OutgoingMessages", "ServerErrors", "ThrottledRequests", "UserErrors",
        ],
    };

    [BicepFact]
    public void Each_item_has_a_name_of_its_own_and_the_workspace_is_the_one_that_is_deployed() => Assert.All(infra.All, deployment =>
    {
        var workbook = deployment.One("Microsoft.Insights/workbooks");
        var workspace = (string)deployment.One("Microsoft.OperationalInsights/workspaces")["id"]!;
        var content = Content(deployment);

        Assert.Equal("shared", (string?)workbook["kind"]);
        Assert.True(Guid.TryParse((string?)workbook["name"], out _));
        Assert.Equal(("workbook", workspace), ((string?)workbook["properties"]!["category"], (string?)workbook["properties"]!["sourceId"]));
        Assert.Equal("Notebook/1.0", (string?)content["version"]);
        Assert.Equal([workspace], content["fallbackResourceIds"]!.AsArray().Select(id => (string)id!));
        var names = Items(deployment).Select(item => (string)item["name"]!).ToList();
        Assert.Equal(names.Distinct(), names);
        Assert.All(names, name => Assert.Matches("^[a-z-]+$", name));
    });

    [BicepFact]
    public void What_it_refers_to_is_deployed_with_it() => Assert.All(infra.All, deployment =>
    {
        var ids = deployment.Ids.ToHashSet();
        var text = Content(deployment).ToJsonString();

        Assert.DoesNotContain("__", text, StringComparison.Ordinal);
        var used = Items(deployment)
            .SelectMany(item => new[] { item["content"]!["crossComponentResources"], item["content"]!["resourceIds"] })
            .OfType<JsonArray>().SelectMany(each => each).Select(id => (string)id!).Distinct().ToList();
        var group = (string)deployment.One("Microsoft.Resources/resourceGroups")["id"]!;
        Assert.DoesNotContain(used, id => !ids.Contains(id) && !group.StartsWith($"{id}/", StringComparison.Ordinal));
        Assert.Contains($"=~ '{group.Split('/')[^1]}'", QueryOf("alerts", deployment), StringComparison.Ordinal);
    });

    [BicepFact]
    public void Event_Hubs_is_shown_only_where_it_is_deployed()
    {
        Assert.Equal(
            ["event-hubs-bytes", "event-hubs-errors", "event-hubs-records", "event-hubs-throttled", "event-hubs-title"],
            NamesIn(infra.Queue).Where(IsOfEventHubs).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(NamesIn(infra.Kafka), IsOfEventHubs);
        Assert.Equal(NamesIn(infra.Queue).Where(name => !IsOfEventHubs(name)), NamesIn(infra.OpenKafka));

        static bool IsOfEventHubs(string name) => name.StartsWith("event-hubs", StringComparison.Ordinal);
    }

    [BicepFact]
    public async Task Each_query_asks_for_what_is_measured()
    {
        var emitted = await EmittedMetrics.CollectAsync();
        var queries = Items(infra.Queue).Where(item => (int)item["type"]! == Query).ToList();

        Assert.InRange(queries.Count, 15, 40);
        Assert.All(queries, item =>
        {
            var query = (string)item["content"]!["query"]!;
            var table = query.Split('\n').First(line => !line.StartsWith("let ", StringComparison.Ordinal));
            Assert.Contains(table, Tables);
            var asked = Asked().Match(query).Groups["names"].Value;
            var names = Quoted().Matches(asked).Select(name => name.Groups["text"].Value).ToList();
            Assert.Equal(table == "AppMetrics", names.Count > 0);
            Assert.Empty(names.Except(emitted.Names));
            Assert.All(Attributes().Matches(query), attribute => Assert.All(
                names, name => Assert.True(emitted.Has(name, attribute.Groups["name"].Value), $"{name} {attribute}")));
        });
    }

    [BicepTheory]
    [InlineData("goim.pushes.answered")]
    [InlineData("goim.records")]
    [InlineData("rpc.client.call.duration")]
    [InlineData("goim.comet.connections")]
    [InlineData("goim.comet.topic.lag")]
    [InlineData("goim.journal")]
    public void What_an_operator_looks_at_first_has_a_chart(string metric) => Assert.Contains(
        Items(infra.Queue), item => item["content"]!["query"]?.ToString().Contains($"'{metric}'", StringComparison.Ordinal) == true);

    [BicepFact]
    public void Calls_of_router_nodes_are_found_by_their_service()
    {
        var prefix = Prefix().Match(QueryOf("router-percentiles", infra.Queue)).Groups["text"].Value;

        Assert.StartsWith(prefix, RouterRPC.Descriptor.FullName, StringComparison.Ordinal);
        Assert.StartsWith(prefix, PackedRouterRPC.Descriptor.FullName, StringComparison.Ordinal);
    }

    [BicepFact]
    public void Each_chart_of_a_resource_asks_for_its_own_metrics()
    {
        var charts = Items(infra.Queue).Where(item => (int)item["type"]! == Metrics).Select(item => item["content"]!).ToList();

        Assert.NotEmpty(charts);
        Assert.All(charts, chart =>
        {
            var type = (string)chart["resourceType"]!;
            Assert.All(
                chart["resourceIds"]!.AsArray(),
                id => Assert.Contains($"/providers/{type}/", $"{id}", StringComparison.OrdinalIgnoreCase));
            Assert.All(chart["metrics"]!.AsArray(), metric =>
            {
                Assert.Equal(type, (string?)metric!["namespace"]);
                Assert.Contains(((string)metric["metric"]!).Replace($"{type}--", "", StringComparison.Ordinal), PlatformMetrics[type]);
            });
        });
        var alerted = infra.Queue.Of("Microsoft.Insights/metricAlerts")
            .Select(alert => (string)alert["properties"]!["criteria"]!["allOf"]![0]!["metricName"]!);
        Assert.Empty(alerted.Except(PlatformMetrics.Values.SelectMany(metrics => metrics)));
    }

    [BicepFact]
    public void The_time_range_that_every_chart_follows_is_chosen_at_the_top()
    {
        var parameter = Items(infra.Queue).Single(item => (int)item["type"]! == 9)["content"]!["parameters"]![0]!;

        Assert.Equal("TimeRange", (string?)parameter["name"]);
        Assert.All(
            Items(infra.Queue).Where(item => (int)item["type"]! is Query or Metrics && (string?)item["name"] != "alerts"),
            item => Assert.Equal("TimeRange", (string?)item["content"]!["timeContextFromParameter"]));
    }

    [BicepFact]
    public void The_deployment_tells_the_workbooks_address()
    {
        var id = (string)infra.Queue.One("Microsoft.Insights/workbooks")["id"]!;

        Assert.Equal(
            $"[format('{{0}}/#@{{1}}/resource{{2}}/workbook', environment().portal, '00000000-0000-0000-0000-000000000002', '{id}')]",
            (string?)infra.Queue.Outputs["AZURE_WORKBOOK_URL"]);
    }

    private static string QueryOf(string name, Deployment deployment) =>
        (string)Items(deployment).Single(item => (string?)item["name"] == name)["content"]!["query"]!;

    private static IEnumerable<string> NamesIn(Deployment deployment) => Items(deployment).Select(item => (string)item["name"]!);

    private static List<JsonNode> Items(Deployment deployment) => [.. Content(deployment)["items"]!.AsArray().Select(item => item!)];

    private static JsonNode Content(Deployment deployment) =>
        JsonNode.Parse((string)deployment.Properties("Microsoft.Insights/workbooks")["serializedData"]!)!;

    [GeneratedRegex(@"where Name (==|in) (?<names>'[^']+'|\([^)]+\))")]
    private static partial Regex Asked();

    [GeneratedRegex("'(?<text>[^']+)'")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"Properties\['(?<name>[^']+)'\]")]
    private static partial Regex Attributes();

    [GeneratedRegex("Name startswith '(?<text>[^']+)'")]
    private static partial Regex Prefix();
}
