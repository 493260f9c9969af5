using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Goim.Comet.Settings;
using Goim.Functions.Tests.Integration.Documentation;
using Goim.Logic.Storage;

namespace Goim.Functions.Tests.Docker;

/// <summary>compose.yaml agrees with local.settings.sample.json, the Dockerfiles and the docs.</summary>
public sealed partial class ComposeTests
{
    private readonly ComposeFile compose = ComposeFile.Read();
    private readonly Dictionary<string, string> sample = JsonElement.Parse(Text("local.settings.sample.json")).GetProperty("Values")
        .EnumerateObject().ToDictionary(value => value.Name, value => value.Value.GetString()!);

    [Fact]
    public void The_sample_settings_name_what_is_published_on_this_machine()
    {
        var published = compose.Services.SelectMany(service => compose.List(service, "ports")).ToList();

        var nodes = Nodes(sample).Select(node => node.Value.Replace("http://", "", StringComparison.Ordinal));
        foreach (var address in sample["KafkaBrokers"].Split(',').Concat(nodes))
        {
            Assert.Matches("^localhost:[0-9]+$", address);
            Assert.Contains(published, port => port.StartsWith($"127.0.0.1:{address.Split(':')[1]}:", StringComparison.Ordinal));
        }

        Assert.Equal(2, Nodes(sample).Count());
        Assert.Equal("UseDevelopmentStorage=true", sample["AzureWebJobsStorage"]);
        Assert.Equal(["127.0.0.1:10000:10000", "127.0.0.1:10001:10001", "127.0.0.1:10002:10002"], compose.List("azurite", "ports"));
    }

    [Fact]
    public void Nothing_is_published_to_other_machines() => Assert.All(
        compose.Services.SelectMany(service => compose.List(service, "ports")),
        port => Assert.StartsWith("127.0.0.1:", port, StringComparison.Ordinal));

    [Fact]
    public void A_client_is_sent_on_to_an_address_that_it_can_reach()
    {
        var advertised = compose.Map("kafka", "environment")["KAFKA_ADVERTISED_LISTENERS"]
            .Split(',')
            .Select(listener => listener.Split("://")[1])
            .ToList();

        Assert.Contains(sample["KafkaBrokers"], advertised);
        Assert.Contains(compose.Map("functions", "environment")["KafkaBrokers"], advertised);
        Assert.Contains(compose.Map("comet", "environment")["KafkaBrokers"], advertised);
    }

    [Fact]
    public void The_topics_of_the_settings_are_made_and_waited_for()
    {
        var made = MadeTopic()
            .Matches(compose.List("kafka-topics", "command").Single())
            .ToDictionary(topic => topic.Groups["name"].Value, topic => topic.Groups["partitions"].Value);

        Assert.Equal("16", made[sample["KafkaTopic"]]);
        Assert.True(made.ContainsKey(sample["KafkaEventsTopic"]));
        var environment = compose.Map("functions", "environment");
        Assert.Equal((sample["KafkaTopic"], sample["KafkaEventsTopic"]), (environment["KafkaTopic"], environment["KafkaEventsTopic"]));
        Assert.Equal("service_completed_successfully", compose.Conditions("router-1")["kafka-topics"]);
        Assert.Equal("service_completed_successfully", compose.Conditions("functions")["kafka-topics"]);
        Assert.Equal(sample["KafkaTopic"], compose.Map("comet", "environment")["KafkaTopic"]);
        Assert.Equal("service_completed_successfully", compose.Conditions("comet")["kafka-topics"]);
    }

    // The app is in the comet's profile too, since Compose refuses a service that depends on one of a profile that is off.
    [Fact]
    public void The_comet_finds_the_app_and_waits_for_it()
    {
        var environment = compose.Map("comet", "environment");

        Assert.Equal("http://functions:8080", environment["Comet__Api"]);
        Assert.Equal("service_healthy", compose.Conditions("comet")["functions"]);
        Assert.Equal(["comet"], compose.List("comet", "profiles"));
        Assert.Contains("comet", compose.List("functions", "profiles"));
    }

    // So that the comet's profile needs no key to be set.
    [Fact]
    public void The_app_knows_the_comet_by_its_key_and_lets_it_register_clients()
    {
        var app = compose.Map("functions", "environment");

        Assert.Equal("${Comet__CallerKey:-only-for-development-comet}", compose.Map("comet", "environment")["Comet__CallerKey"]);
        Assert.Equal("${Comet__CallerKey:-only-for-development-comet}", app["Access__Callers__comet__Key"]);
        Assert.Equal("comet", app["Access__Callers__comet__Scopes"]);
    }

    [Fact]
    public void The_app_knows_a_backend_by_its_key_and_lets_it_push_and_read()
    {
        var app = compose.Map("functions", "environment");

        Assert.Equal("${Backend__CallerKey:-only-for-development-backend}", app["Access__Callers__backend__Key"]);
        Assert.Equal("push.user,push.room,push.all,read", app["Access__Callers__backend__Scopes"]);
    }

    [Fact]
    public void Tokens_are_user_ids_on_this_machine() =>
        Assert.Equal("UserId", compose.Map("functions", "environment")["Connect__Tokens"]);

    [Fact]
    public void Clients_reach_the_comet_on_this_machine()
    {
        var tcp = compose.Map("comet", "environment")["Comet__TcpPort"];

        Assert.Equal([$"127.0.0.1:8080:{tcp}", "127.0.0.1:8090:8090"], compose.List("comet", "ports"));
        Assert.Contains($"EXPOSE {tcp}", Text("Goim.Comet/Dockerfile").Split('\n'));
    }

    [Fact]
    public void Docker_kills_the_comet_only_after_the_time_in_which_it_closes_its_connections()
    {
        var grace = compose.Text("comet", "stop_grace_period");

        Assert.Matches("^[0-9]+s$", grace);
        Assert.True(int.Parse(grace.TrimEnd('s'), CultureInfo.InvariantCulture) >= new CometOptions().DrainTime.TotalSeconds + 10);
    }

    [Fact]
    public void The_router_nodes_have_leases_of_a_minute() => Assert.All(
        ["router-1", "router-2"],
        node => Assert.Equal("${RouterNode__ServerLease:-00:01:00}", compose.Map(node, "environment")["RouterNode__ServerLease"]));

    [Fact]
    public void The_function_app_finds_the_router_nodes_and_the_storage_by_their_names()
    {
        var environment = compose.Map("functions", "environment");

        Assert.Equal(Nodes(sample).Select(node => node.Key), Nodes(environment).Select(node => node.Key));
        Assert.Equal(["http://router-1:7270", "http://router-2:7270"], Nodes(environment).Select(node => node.Value));
        Assert.All(
            ["router-1", "router-2"],
            node => Assert.EndsWith(":7270", Assert.Single(compose.List(node, "ports")), StringComparison.Ordinal));
        Assert.Equal(["127.0.0.1:7071:8080"], compose.List("functions", "ports"));
        var storage = new StorageOptions { ConnectionString = environment["AzureWebJobsStorage"] };
        Assert.Equal("http://azurite:10001/devstoreaccount1/q", StorageAccount.Queue(storage, "q").Uri.ToString());
        Assert.Equal("http://azurite:10000/devstoreaccount1/c", StorageAccount.Container(storage, "c").Uri.ToString());
    }

    // So that `docker compose up -d` and a copy of the sample fit each other.
    [Fact]
    public void The_router_nodes_ask_for_the_token_that_the_app_and_the_sample_have()
    {
        var token = sample["Router__Token"];

        Assert.Equal(token, sample["RouterNode__Token"]);
        Assert.All(["router-1", "router-2"], node => Assert.Equal(
            $"${{RouterNode__Token:-{token}}}", compose.Map(node, "environment")["RouterNode__Token"]));
        Assert.Equal($"${{Router__Token:-{token}}}", compose.Map("functions", "environment")["Router__Token"]);
        Assert.Contains("development", token, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_service_that_stays_has_a_health_check_and_starts_again_and_no_image_is_the_latest_one()
    {
        foreach (var service in compose.Services.Where(service => service != "kafka-topics"))
        {
            var isInDockerfile = compose.Image(service) is "goim-comet" or "goim-functions" or "goim-router";
            Assert.True(isInDockerfile || compose.Has(service, "healthcheck"), service);
            Assert.Equal("unless-stopped", compose.Text(service, "restart"));
        }

        Assert.All(
            compose.Services.Select(compose.Image).Where(image => !image.StartsWith("goim-", StringComparison.Ordinal)),
            image => Assert.Matches(":[0-9]+[.][0-9]+", image));
    }

    [Fact]
    public void The_sample_has_every_setting_of_the_docs_except_the_local_hosts_own()
    {
        var table = Text("docs/settings.md").Split("\n## Settings\n")[1].Split("\n## ")[0];
        var named = SettingRow()
            .Matches(table)
            .SelectMany(row => Code().Matches(row.Groups["names"].Value))
            .Select(code => code.Groups["name"].Value.Replace("Callers__{name}", "Callers__backend", StringComparison.Ordinal))
            .Select(name => name.Replace("{name}", "1", StringComparison.Ordinal));

        Assert.Equal(
            named.Where(name => !name.StartsWith("LocalHost__", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
            sample.Keys.Except(["FUNCTIONS_WORKER_RUNTIME", "Router__Nodes__2"]).Order(StringComparer.Ordinal));
    }

    private static IEnumerable<KeyValuePair<string, string>> Nodes(IEnumerable<KeyValuePair<string, string>> settings) =>
        settings.Where(setting => setting.Key.StartsWith("Router__Nodes__", StringComparison.Ordinal));

    private static string Text(string path) => File.ReadAllText(Path.Combine(DocumentationTests.Repository(), path));

    [GeneratedRegex("--topic (?<name>[^ ]+) --partitions (?<partitions>[0-9]+)")]
    private static partial Regex MadeTopic();

    [GeneratedRegex("^\\| (?<names>`[^|]*) \\|", RegexOptions.Multiline)]
    private static partial Regex SettingRow();

    [GeneratedRegex("`(?<name>[A-Za-z_{}]+)`")]
    private static partial Regex Code();
}
