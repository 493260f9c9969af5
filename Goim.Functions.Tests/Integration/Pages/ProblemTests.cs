using Goim.Functions.Tests.Hosting;
using Goim.Functions.Tests.Integration.Comet.JavaScript;
using Goim.LocalHost.Broker;
using Microsoft.Playwright;

namespace Goim.Functions.Tests.Integration.Pages;

/// <summary>What the console says at its top while something is wrong.</summary>
public sealed class ProblemTests(ConsoleFixture browser, AzuriteFixture storage)
    : IClassFixture<ConsoleFixture>, IClassFixture<AzuriteFixture>
{
    private const string Facade = "The comet cannot register clients, because the host or a router node did not answer its last heartbeat: "
        + "connected clients stay and get their messages, and new ones are told to come back.";

    [ChromiumFact]
    public async Task A_host_that_is_gone_is_named_until_it_is_back()
    {
        var url = $"--urls=http://127.0.0.1:{Ports.Next()}";
        ConsolePage page;
        await using (var first = await TestHost.StartAsync(url))
        {
            page = await browser.OpenAsync(first.Http.BaseAddress!);
            await page.UntilTextAsync("0 sessions of 0 users");
            await page.UntilProblemsAsync();
        }

        await page.UntilProblemsAsync(
            "The host does not answer: nothing here works until it runs again, and then the page goes on by itself.");
        await page.Page.GetByRole(AriaRole.Status).Filter(new() { HasText = "not running" }).WaitForAsync();
        await using var second = await TestHost.StartAsync(url);
        await second.Nodes["1"].PutAsync(42, seq: 1, server: 3, room: 7);

        await page.UntilProblemsAsync();
        await page.UntilTextAsync("1 session of 1 user");
        Assert.Empty(page.Problems);
        await page.DisposeAsync();
    }

    [ChromiumFact]
    public async Task A_router_node_that_is_gone_is_named_until_it_is_back()
    {
        await using var node = await RouterProcess.StartAsync();
        await using var host = await TestHost.StartAsync(
            ["1"], [$"--Router:Nodes:2={node.Address}", "--Router:CallTimeout=00:00:01", "--Comet:Embedded=true", "--Comet:TcpPort=0"]);
        await using var page = await browser.OpenAsync(host.Http.BaseAddress!);
        await page.UntilTextAsync("0 sessions of 0 users");

        await node.KillAsync();
        await page.UntilTextAsync(
            $"Router node 2 ({node.Address}) does not answer: pushes to users, connects and counts that need it fail; pushes to rooms "
            + "and to everyone go on.");
        await page.UntilTextAsync("Sessions cannot be counted: router node 2 did not answer: the count would be short.");

        await node.RestartAsync();
        await page.UntilProblemsAsync();
        await page.UntilTextAsync("0 sessions of 0 users");
    }

    [ChromiumFact]
    public async Task A_comet_whose_facade_is_gone_is_named_until_it_is_back()
    {
        var node = await TestNode.StartAsync();
        await using var host = await TestHost.StartAsync(
            [], [$"--Router:Nodes:1={node.Address}", "--Router:CallTimeout=00:00:01", "--Comet:Embedded=true", "--Comet:TcpPort=0"]);
        await using var page = await browser.OpenAsync(host.Http.BaseAddress!);
        await page.UntilTextAsync("0 sessions of 0 users");

        await node.DisposeAsync();
        await page.UntilTextAsync(Facade);

        await using var again = await TestNode.StartAsync(null, $"--urls={node.Address}");
        await page.UntilProblemsAsync();
    }

    [ChromiumFact]
    public async Task A_broker_that_is_gone_is_named_until_it_is_back()
    {
        using var broker = new EmbeddedBroker();
        await using var host = await TestHost.StartAsync(broker, "--Comet:Embedded=true", "--Comet:TcpPort=0");
        await using var page = await browser.OpenAsync(host.Http.BaseAddress!);
        await page.UntilTextAsync("Reading the records that come from now on.");

        broker.SetDown();
        await page.UntilProblemsAsync(
            $"The broker ({broker.Brokers}) does not answer, or its topic {host.Topic} cannot be used: a push with ack=broker fails, and "
            + "one with ack=queue is answered and waits for 5 minutes at most.",
            "The comet does not reach the topic of pushes: its clients stay connected and get no messages until the broker is back.");

        broker.SetUp();
        await page.UntilProblemsAsync();
    }

    [ChromiumFact]
    public async Task A_comet_that_has_never_seen_the_topic_is_named_until_it_has()
    {
        using var broker = new EmbeddedBroker();
        var topic = TestBroker.On(broker);
        broker.SetDown();
        await using var host = await TestHost.StartAsync(topic, ["1"], "--Comet:Embedded=true", "--Comet:TcpPort=0");
        await using var page = await browser.OpenAsync(host.Http.BaseAddress!);
        await page.UntilTextAsync(
            "The comet has not found the ends of the topic's partitions since its start: until then, clients are told to come back.");

        broker.SetUp();
        await page.UntilProblemsAsync();
    }

    [StoragePageFact]
    public async Task A_storage_that_is_gone_is_named_until_it_is_back()
    {
        await using var proxy = await StorageProxy.StartAsync(storage.Azurite!);
        await using var host = await TestHost.StartAsync($"--AzureWebJobsStorage={proxy.ConnectionString}");
        await using var page = await browser.OpenAsync(host.Http.BaseAddress!);
        await page.UntilRowsAsync("Journal", "on|0|0|0");

        proxy.Refuses = static _ => true;
        await page.UntilProblemsAsync(
            "The storage does not answer (AzureWebJobsStorage): requests with an Idempotency-Key are refused, and a deletion that a router "
            + "node does not confirm fails; pushes without a key go on.");

        proxy.Refuses = static _ => false;
        await page.UntilProblemsAsync();
    }

    [ChromiumFact]
    public async Task A_key_that_is_needed_is_named_until_it_is_there()
    {
        await using var host = await TestHost.StartAsync("--LocalHost:RequireKeys=true", "--LocalHost:Keys:k=a-function-key");
        await using var page = await browser.OpenAsync(host.Http.BaseAddress!);
        await page.UntilProblemsAsync("The host asks for a key: nothing can be shown until you give one with the button Keys.");

        await page.Page.GetByLabel("Function key").FillAsync("a-function-key");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Use", Exact = true }).ClickAsync();

        await page.UntilProblemsAsync();
        await page.UntilTextAsync("0 sessions of 0 users");
        Assert.Empty(page.Problems);
    }

    [ChromiumFact]
    public async Task A_problem_is_shown_from_the_second_look_on_and_goes_with_the_first_good_one()
    {
        await using var host = await TestHost.StartAsync();
        await using var page = await browser.OpenAsync(host.Http.BaseAddress!);

        var shown = await page.Page.EvaluateAsync<string>(
            """
            async () => {
              const { report } = await import('/console/problems.js');
              const shown = [];
              for (const found of [{ a: 'A.' }, { a: 'A.', b: 'B.' }, { b: 'B.' }, {}, { a: 'A.' }, {}, { a: 'A.' }]) {
                report('a test', found);
                shown.push([...document.querySelectorAll('[role=alert] p')].map((problem) => problem.textContent).join(''));
              }
              return shown.join('|');
            }
            """);

        Assert.Equal("|A.|B.||||", shown);
    }

    /// <summary>A test that needs Chromium and Azurite, which <c>./test</c> installs.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    private sealed class StoragePageFactAttribute : FactAttribute
    {
        public StoragePageFactAttribute() => Skip = Chromium.Missing ?? Azurite.Missing;
    }
}
