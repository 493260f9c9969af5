using System.Text.RegularExpressions;
using Goim.Functions.Tests.Hosting;
using Goim.LocalHost.Broker;

namespace Goim.Functions.Tests.Integration.LocalHost;

public sealed partial class StartAndStopTests
{
    [Fact]
    public async Task Start_prints_what_runs_where_and_a_call_that_works()
    {
        using var process = LocalHostProcess.Start(new Dictionary<string, string>(), "--urls=http://127.0.0.1:0");
        var banner = await process.ReadToAsync("Ctrl+C");
        var url = Url().Match(banner).Value;

        Assert.Contains($"{url}/1/push/room", banner, StringComparison.Ordinal);
        Assert.Contains("(embedded, in memory), topics KafkaPushsTopic and KafkaEventsTopic", banner, StringComparison.Ordinal);
        Assert.Matches("Router:  1 at http://127.0.0.1:[0-9]+ \\(embedded", banner);
        Assert.Contains("\nTokens:  UserId, a token is any user id (Connect__Tokens)\n", banner, StringComparison.Ordinal);
        var curl = Curl().Matches(banner);
        Assert.Equal(2, curl.Count);
        using var http = new HttpClient();
        foreach (Match call in curl)
        {
            using var response = await http.PostAsync(call.Groups["url"].Value, new StringContent(call.Groups["body"].Value));
            Assert.StartsWith("""{"ret":1""", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        await QueuedRecords.DeliveredAsync(new Uri(url));
        process.CtrlC();
        Assert.Equal((0, "", ""), await process.EndAsync());
    }

    [Fact]
    public async Task The_sample_settings_are_taken_as_they_are()
    {
        var folder = Directory.CreateTempSubdirectory("settings-").FullName;
        File.Copy(
            Path.Combine(Documentation.DocumentationTests.Repository(), "local.settings.sample.json"),
            Path.Combine(folder, "local.settings.json"));
        using var process = LocalHostProcess.StartIn(folder, new Dictionary<string, string>(), "--urls=http://127.0.0.1:0");
        var banner = await process.ReadToAsync("Ctrl+C");

        Assert.Contains("Broker:  localhost:9092, topics KafkaPushsTopic and KafkaEventsTopic", banner, StringComparison.Ordinal);
        Assert.Contains("Router:  1 at http://localhost:7270\nRouter:  2 at http://localhost:7271", banner, StringComparison.Ordinal);
        Assert.Contains(
            "Storage: journal in queue goim-router-journal, idempotency keys in container goim-idempotency",
            banner,
            StringComparison.Ordinal);
        process.CtrlC();
        Assert.Equal(0, (await process.EndAsync()).Code);
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("http://127.0.0.1:99999")]
    [InlineData("http://127.0.0.1:7071a")]
    [InlineData("http://256.0.0.1:7071")]
    [InlineData("https://127.0.0.1:7071")]
    [InlineData("http://192.0.2.1:7071")]
    [InlineData("nonsense")]
    public async Task An_address_that_cannot_be_listened_on_ends_the_start_with_a_sentence(string url)
    {
        using var process = LocalHostProcess.Start(new Dictionary<string, string>(), $"--urls={url}");
        var (code, output, error) = await process.EndAsync();

        Assert.Equal((1, ""), (code, output));
        Assert.StartsWith($"urls is '{url}': ", error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task A_stop_with_the_broker_down_says_how_many_records_are_lost()
    {
        using var broker = new EmbeddedBroker("pushes", "events");
        var settings = new Dictionary<string, string>
        {
            ["KafkaBrokers"] = broker.Brokers,
            ["KafkaTopic"] = "pushes",
            ["KafkaEventsTopic"] = "events",
        };
        using var process = LocalHostProcess.Start(settings, "--urls=http://127.0.0.1:0", "--Logging:LogLevel:Default=Error");
        using var http = new HttpClient { BaseAddress = new Uri(Url().Match(await process.ReadToAsync("Ctrl+C")).Value) };
        broker.SetDown();
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal("""{"ret":1}""", await (await http.PostAsync("/1/push/all", new StringContent("m"))).Content.ReadAsStringAsync());
        }

        process.CtrlC();
        var (code, output, _) = await process.EndAsync();
        Assert.Equal(0, code);
        Assert.Contains("3 records were queued and not delivered", output, StringComparison.Ordinal);
    }

    [GeneratedRegex("http://127.0.0.1:[0-9]+(?=/1/push)")]
    internal static partial Regex Url();

    [GeneratedRegex("-d '(?<body>[^']+)' '(?<url>[^']+)'")]
    private static partial Regex Curl();
}
