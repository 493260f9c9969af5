using Goim.Functions.Tests.Hosting;
using Microsoft.Playwright;

namespace Goim.Functions.Tests.Integration.Pages;

/// <summary>From where the console reads records, and what it does when the stream ends or is refused.</summary>
public sealed class RecordsStreamTests(ConsoleFixture browser) : IClassFixture<ConsoleFixture>
{
    private const string Records = "Records, the newest first";
    private readonly string url = $"--urls=http://127.0.0.1:{Ports.Next()}";

    [ChromiumFact]
    public async Task A_new_host_with_a_broker_of_its_own_is_read_from_its_start()
    {
        ConsolePage page;
        await using (var first = await TestHost.StartAsync(url, "--KafkaBrokers="))
        {
            page = await browser.OpenAsync(first.Http.BaseAddress!);
            await first.PostAsync("/1/push/room?rid=1", "before");
            await page.UntilRowsAsync(Records, "2|0|00000001|broadcast_room|||1|before|");
        }

        await page.UntilTextAsync("Waiting for it.");
        await using var second = await TestHost.StartAsync(url, "--KafkaBrokers=");
        await second.PostAsync("/1/push/room?rid=1", "after");

        await page.UntilRowsAsync(
            Records,
            "2|0|00000001|broadcast_room|||1|after|",
            "The host has started anew, with an empty broker.",
            "2|0|00000001|broadcast_room|||1|before|");
        Assert.Empty(page.Problems);
        await page.DisposeAsync();
    }

    [ChromiumFact]
    public async Task A_broker_elsewhere_is_read_from_now_on_and_from_the_start_if_asked_to()
    {
        await using var host = await TestHost.StartAsync();
        await host.PostAsync("/1/push/room?rid=1&ack=broker", "before");
        await using var page = await browser.OpenAsync(host.Http.BaseAddress!);
        await page.UntilTextAsync("Reading the records that come from now on.");

        await host.PostAsync("/1/push/room?rid=1&ack=broker", "now");
        await page.UntilCountAsync(Records, 1);
        Assert.All(await page.RowsAsync(Records), static row => Assert.EndsWith("|now|", row, StringComparison.Ordinal));

        await page.Panel("Records").GetByLabel("from the start").CheckAsync();
        await page.UntilTextAsync("Reading all records of the topic.");
        await Eventually.UntilAsync(async () =>
            (await page.RowsAsync(Records)).LastOrDefault()?.EndsWith("|broadcast_room|||1|before|", StringComparison.Ordinal) == true);
    }

    [ChromiumFact]
    public async Task A_new_host_with_a_broker_elsewhere_is_read_from_now_on_and_the_gap_is_named()
    {
        ConsolePage page;
        string topic;
        await using (var first = await TestHost.StartAsync(url))
        {
            topic = first.Topic;
            page = await browser.OpenAsync(first.Http.BaseAddress!);
            await page.UntilTextAsync("Reading the records that come from now on.");
        }

        await using var second = await TestHost.StartAsync(url, $"--KafkaTopic={topic}");

        await page.UntilRowsAsync(Records, "The host has started anew. Records that were written meanwhile are not shown.");
        await page.DisposeAsync();
    }

    [ChromiumFact]
    public async Task Without_a_place_for_one_more_reader_the_page_says_so_and_tries_again()
    {
        await using var host = await TestHost.StartAsync("--KafkaBrokers=");
        await host.PostAsync("/1/push/room?rid=1", "m");
        var readers = new List<HttpResponseMessage>();
        while (readers.LastOrDefault() is not { StatusCode: System.Net.HttpStatusCode.TooManyRequests })
        {
            readers.Add(await host.Http.GetAsync("/local/records", HttpCompletionOption.ResponseHeadersRead));
        }

        await using var page = await browser.OpenAsync(host.Http.BaseAddress!);
        await page.UntilTextAsync($"/local/records has {readers.Count - 1} readers already: expected one to leave. Trying again in 4 s.");
        readers.ForEach(static reader => reader.Dispose());

        await page.UntilCountAsync(Records, 1);
    }

    [ChromiumFact]
    public async Task A_page_that_is_hidden_closes_its_stream_and_one_that_is_shown_opens_it()
    {
        await using var host = await TestHost.StartAsync();
        await using var page = await browser.OpenAsync(host.Http.BaseAddress!);
        await page.UntilReadingAsync();
        var closed = new TaskCompletionSource();
        page.Page.RequestFailed += (_, request) => _ = request.Url.Contains("/local/records") && closed.TrySetResult();

        await ShowAsync(page, isHidden: true);
        await closed.Task.WaitAsync(Eventually.Limit);
        await ShowAsync(page, isHidden: false);

        await page.UntilRowsAsync(Records, "The stream was interrupted. Records that were written meanwhile are not shown.");
    }

    [ChromiumFact]
    public async Task Without_a_broker_the_page_says_so_and_tries_again()
    {
        using var broker = new Goim.LocalHost.Broker.EmbeddedBroker();
        await using var host = await TestHost.StartAsync(broker);
        broker.SetDown();
        await using var page = await browser.OpenAsync(host.Http.BaseAddress!);
        await page.UntilTextAsync("The broker does not answer. Trying again in 2 s.");

        broker.SetUp();

        await page.UntilTextAsync("Reading the records that come from now on.");
    }

    [ChromiumFact]
    public async Task A_caller_that_may_not_read_causes_one_refusal_alone()
    {
        await using var host = await TestHost.StartAsync(
            "--Access:Callers:a:Key=the-key-of-caller-a", "--Access:Callers:a:Scopes=push.all");
        await using var page = await browser.OpenAsync(host.Http.BaseAddress!);
        await page.Page.GetByLabel("Caller key").FillAsync("the-key-of-caller-a");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Use", Exact = true }).ClickAsync();
        await page.UntilProblemsAsync(
            "Nothing can be shown, and what the key's own scopes allow still works: caller a lacks the scope read (Access__Callers): "
            + "nothing was done.");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();

        // The keys are kept across a reload.
        var calls = new List<string>();
        await page.Page.Clock.InstallAsync();
        page.Page.Request += (_, request) => calls.Add(new Uri(request.Url).AbsolutePath);
        await page.Page.ReloadAsync();
        await page.UntilTextAsync("Caller a lacks the scope read");
        await page.Page.Clock.RunForAsync(60_000);

        Assert.Equal(
            ["/local/settings"], calls.Where(static path => path != "/" && !path.StartsWith("/console/", StringComparison.Ordinal)));
    }

    private static async Task ShowAsync(ConsolePage page, bool isHidden) => await page.Page.EvaluateAsync(
        "isHidden => { Object.defineProperty(document, 'hidden', { configurable: true, get: () => isHidden }); "
        + "document.dispatchEvent(new Event('visibilitychange')); }",
        isHidden);
}
